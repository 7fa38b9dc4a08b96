"""The counter's tablet from enrolment to wiping: journeys of citizens, and of staff beside it."""

import json
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from survey.models import Declined
from tests.browser.conftest import LARGE
from tests.browser.tablet import PIN, PLACE, Tablet, offered, tablet_in

UPRIGHT, FLAT = (800, 1280), (1280, 800)
RECEIPT = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$")
WORDS = {
    "vi": ("Hỏi thông tin hoặc việc khác", "Hài lòng", "Đã nhận phiếu"),
    "en": ("To ask for information, or something else", "Satisfied", "were received"),
}


@pytest.fixture
def counter(chromium, far):
    """Make tablets in browsers of their own; none may see an error in its console."""
    made: list[Tablet] = []

    def make(round_code="one-stop", size=UPRIGHT, **options) -> Tablet:
        options = {"has_touch": True, "locale": "vi", **options}
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        made.append(tablet_in(context, far))
        made[-1].enrol(round_code)
        return made[-1]

    yield make
    for one in made:
        one.page.context.close()
    assert [error for one in made for error in one.errors] == []


def body_of(one: Tablet) -> dict:
    newest = [request for request in one.sent if "/interviews/" in request.url][-1]
    interview = newest.url.rpartition("/")[2]
    (row,) = [row for row in one.stored_here() if row.id == interview]
    return {**json.loads(row.body), "place": row.place, "channel": row.channel}


def declined_at(one: Tablet) -> int:
    store = one.live.app.extensions["store"]
    counts = select(Declined.count).where(Declined.round == one.round, Declined.place == PLACE)
    with store.database.reading() as connection:
        return sum(connection.scalars(counts))


@pytest.mark.parametrize(("size", "language"), [(UPRIGHT, "vi"), (FLAT, "en")])
def test_a_citizen_answers_by_touch_and_gets_a_receipt(counter, size, language):
    one = counter(size=size)
    purpose, satisfied, thanks = WORDS[language]
    one.arrive_by_touch(language, is_helped=language == "en")
    assert one.page.locator("html").get_attribute("lang") == language
    one.choose(purpose)
    one.forward()
    one.pass_all("overall")
    one.rest()
    one.choose(satisfied)
    assert one.has_no_sideways_scroll()
    one.forward()
    one.forward()
    one.expect_question("check")
    one.press("send")
    one.expect_screen("done")
    one.press("longer")
    expect(one.page.locator('[data-screen="done"] h2')).to_contain_text(thanks)
    assert RECEIPT.match(one.page.locator('[data-screen="done"] .receipt-code').inner_text())
    document = body_of(one)
    assert (document["language"], document["state"]) == (language, "complete")
    assert document["assisted"] is (language == "en")
    assert document["answers"]["overall"] == "4"
    assert (document["place"], document["channel"]) == (PLACE, "device")
    one.press("finish")
    one.expect_screen("attract")
    assert one.page.locator("html").get_attribute("lang") == "vi"


def test_a_citizen_answers_with_the_keyboard_alone(counter):
    one = counter(size=LARGE, has_touch=False)
    keys = one.page.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(40):
            if one.page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
            keys.press("Tab")
        raise AssertionError(selector)

    def press(selector: str) -> None:
        tab_to(selector)
        keys.press("Enter")

    press('[data-do="open"]')
    tab_to("#assisted")
    keys.press("Space")
    press('[data-do="consent"]')
    press('[data-do="agree"]')
    while one.question != "check":
        if one.page.locator('[data-item]:visible [type="radio"]').count():
            tab_to('[data-item] [type="radio"]')
            keys.press("Space")
        press('[data-do="next"]')
    press('[data-do="send"]')
    one.expect_screen("done")
    assert body_of(one)["assisted"] is True


def decline(one: Tablet) -> None:
    one.press("open")
    one.press("consent")
    one.press("decline")
    one.expect_screen("declined")
    one.press("finish")


def test_a_refusal_is_a_number_and_survives_the_lack_of_a_network(counter, line):
    one = counter("sipas")
    one.be_ready()
    before = declined_at(one)
    decline(one)
    one.until(lambda: declined_at(one) == before + 1)
    line.cut()
    decline(one)
    decline(one)
    assert declined_at(one) == before + 1
    line.mend()
    one.page.evaluate("() => dispatchEvent(new Event('online'))")
    one.until(lambda: declined_at(one) == before + 3)
    assert not [request for request in one.sent if "/interviews/" in request.url]


def test_the_text_grows_and_is_itself_again_for_the_next(counter):
    one = counter()

    def size() -> float:
        return one.page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")

    assert size() == 24
    one.arrive_by_touch(size="200")
    assert size() == 48
    assert one.has_no_sideways_scroll()
    one.page.locator('[data-do="size"]').click()
    assert size() == 24
    one.page.locator('[data-do="size"]').click()
    assert size() == 36


def test_a_second_press_of_a_trembling_finger_counts_for_nothing(counter):
    one = counter()
    one.page.clock.install()
    one.page.reload()
    one.press_at_once("open", "consent")
    box = one.page.locator('[data-do="agree"]').bounding_box()
    # The page's clock stands: between the two presses no time goes by, however slow the machine.
    one.page.clock.pause_at(one.page.evaluate("() => Date.now()") / 1000 + 1)
    one.page.mouse.dblclick(box["x"] + 20, box["y"] + 20)
    one.expect_question("purpose")
    assert one.page.locator("input:checked:visible").count() == 0


def test_nobody_there_is_warned_for_half_a_minute_then_the_part_is_kept_and_wiped(counter):
    one = counter("every-kind")
    one.be_ready()
    one.page.clock.install()
    one.page.reload()
    one.press_at_once("open", "consent", "agree", "next")
    one.choose_at_once("Sơn La")
    before = len(one.stored_here())
    one.page.clock.fast_forward(61_000)
    warning = one.page.locator("#warning")
    expect(warning).to_be_visible()
    one.page.mouse.click(5, 5)
    expect(warning).to_be_hidden()
    one.page.clock.fast_forward(61_000)
    expect(warning).to_be_visible()
    one.page.clock.fast_forward(31_000)
    one.expect_screen("attract")
    expect(warning).to_be_hidden()
    one.page.clock.run_for(2_000)
    one.until(lambda: len(one.stored_here()) == before + 1)
    document = body_of(one)
    assert (document["state"], document["answers"]) == ("abandoned", {"province": "14"})


def wait_for(one: Tablet, seconds: int) -> None:
    """Let the wait after a wrong PIN end so many seconds from now."""
    one.page.evaluate(
        "(seconds) => localStorage.setItem('lang-nghe:exit',"
        " JSON.stringify({ wrong: 1, until: Date.now() + seconds * 1000 }))",
        seconds,
    )


def test_only_the_pin_leaves_the_screens_and_wrong_ones_slow_down(counter, line):
    one = counter()
    one.be_ready()
    one.press("staff")
    typed = one.page.locator("#exit-pin")
    typed.fill("0000")
    one.press("exit")
    expect(one.page.locator("#pin-fault")).to_contain_text("2 giây")
    wait_for(one, 200)
    typed.fill(PIN)
    one.press("exit")
    expect(one.page.locator("#pin-fault")).to_contain_text(re.compile(r"(1\d\d|200) giây"))
    wait_for(one, 0)
    line.cut()
    typed.fill(PIN)
    one.press("exit")
    one.expect_screen("device")
    expect(one.page.locator(".device-word")).to_contain_text("0 phiếu")
    one.press("cancel")
    one.expect_screen("attract")


def test_a_code_enrols_one_tablet_once(counter, chromium):
    one = counter()
    code = offered(one.live, "one-stop", "Quầy số 4")
    context = chromium.new_context(locale="vi")
    page = context.new_page()
    page.goto(f"{one.live.address}/k")
    page.locator("#code").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator("h1")).to_have_text("Quầy số 4")
    for field in ("pin", "again"):
        page.locator(f"#{field}").fill(PIN)
    page.get_by_role("button", name="Đăng ký máy này").click()
    expect(page.locator('[data-screen="attract"]')).to_be_visible()
    (cookie,) = [one for one in context.cookies() if one["name"] == "device"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    page.goto(f"{one.live.address}/k/enrol/{code}")
    expect(page.locator("main")).to_contain_text("đã được dùng")
    context.close()
