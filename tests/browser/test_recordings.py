"""Questions read aloud in a browser, the recorder, and the page that checks a device."""

import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from survey import clock
from survey.instruments.loader import load_builtin
from survey.operations.recordings import keep_recording
from survey.operations.staff import Attempt, NewStaff, add_staff, finish_log_in
from survey.queries.recordings import sounds_of
from survey.queries.staff import OPERATOR
from survey.terms import Role
from tests.browser.live import Live
from tests.browser.tablet import tablet_in
from tests.chromium import ARGUMENTS
from tests.unit.survey.recordings.sounds import a_sound

FIRST, SECONDS = "purpose", 40
BOX = "(node) => { const box = node.getBoundingClientRect(); return [box.width, box.height] }"
PLAYS = re.compile("Dừng")
N_SOUNDS = "async () => (await (await caches.open('lang-nghe-sounds')).keys()).length"
FAKE = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=user-gesture-required",
)
SIZES = ((360, 640), (800, 1280), (1280, 800))


@pytest.fixture(scope="module")
def sounding(chromium: Browser) -> Iterator[Browser]:
    """A browser with a microphone that hums."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    browser = chromium.browser_type.launch(executable_path=path, args=[*ARGUMENTS, *FAKE])
    yield browser
    browser.close()


@pytest.fixture
def context(sounding: Browser) -> Iterator[BrowserContext]:
    context = sounding.new_context(locale="vi", viewport={"width": 800, "height": 1280})
    yield context
    context.close()


@pytest.fixture(scope="module")
def recorded(live: Live) -> Live:
    """The server, with the first question of the counter's form read aloud in Vietnamese."""
    with live.app.extensions["store"].database.writing() as connection:
        form = load_builtin("one_stop")
        keep_recording(connection, form, (FIRST, "vi"), a_sound(SECONDS), OPERATOR)
    live.app.extensions["store"].database.recent.forget()
    return live


def asked_for(page: Page) -> list[str]:
    """Note every sound that the page asks the server for."""
    found: list[str] = []
    page.on("request", lambda request: "/audio/" in request.url and found.append(request.url))
    return found


def test_a_citizen_hears_a_question_when_they_ask_and_not_before(context, recorded) -> None:
    page = context.new_page()
    found = asked_for(page)
    page.goto(f"{recorded.address}/r/one-stop")
    page.get_by_role("button", name="Tôi đồng ý tham gia").click()
    listen = page.locator(f"#q-{FIRST} .listen button:visible")
    expect(listen).to_have_text(re.compile("Nghe câu hỏi"), use_inner_text=True)
    assert min(listen.evaluate(BOX)) >= 48
    assert found == []
    with page.expect_request("**/audio/**"):
        listen.click()
    expect(listen).to_have_text(PLAYS, use_inner_text=True)
    assert len(found) >= 1
    page.wait_for_timeout(500)
    listen.click()
    expect(listen).not_to_have_text(PLAYS, use_inner_text=True)
    page.wait_for_timeout(500)
    listen.click()
    expect(listen).to_have_text(PLAYS, use_inner_text=True)
    page.locator(f"#q-{FIRST} .way input").first.check(force=True)
    page.locator('[data-do="next"]').click()
    expect(page.locator(f"#q-{FIRST}")).to_be_hidden()
    page.locator('[data-do="back"]').click()
    expect(listen).not_to_have_text(PLAYS, use_inner_text=True)


def test_a_change_of_language_stops_the_voice_and_hides_what_is_not_recorded(
    context, recorded
) -> None:
    page = context.new_page()
    page.goto(f"{recorded.address}/r/one-stop")
    page.get_by_role("button", name="Tôi đồng ý tham gia").click()
    page.locator(f"#q-{FIRST} .listen button:visible").click()
    page.locator('[data-language="en"]').click()
    expect(page.locator(f"#q-{FIRST} .listen button:visible")).to_have_count(0)
    page.locator('[data-language="vi"]').click()
    listen = page.locator(f"#q-{FIRST} .listen button:visible")
    expect(listen).not_to_have_text(PLAYS, use_inner_text=True)


def test_without_scripts_the_recording_is_a_link(sounding, recorded) -> None:
    context = sounding.new_context(locale="vi", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{recorded.address}/r/one-stop")
    address = page.locator(f"#q-{FIRST} .listen > a:visible").get_attribute("href")
    assert (
        context.request.get(f"{recorded.address}{address}").headers["content-type"] == "audio/wav"
    )
    context.close()


@pytest.mark.usefixtures("recorded")
def test_a_tablet_reads_aloud_without_a_network(context, far, line) -> None:
    one = tablet_in(context, far)
    one.enrol("one-stop")
    one.be_ready()
    one.page.reload()
    one.expect_screen("attract")
    found = asked_for(one.page)
    one.until(lambda: one.page.evaluate(N_SOUNDS) == 1)
    line.cut()
    one.arrive()
    one.rest()
    link = one.page.locator(f"#q-{FIRST} .listen button:visible")
    link.click()
    expect(link).to_have_text(PLAYS, use_inner_text=True)
    one.page.wait_for_timeout(1500)
    expect(link).to_have_text(PLAYS, use_inner_text=True)
    expect(one.page.locator(f"#q-{FIRST} .listen .fault")).to_be_hidden()
    assert found


def as_staff(context: BrowserContext, live: Live, role: Role) -> Page:
    with live.app.extensions["store"].database.writing() as connection:
        login = f"{role}-{clock.now():%H%M%S%f}"
        person = add_staff(connection, NewStaff(login, "Lò Thị Lan", role), "x")
        token = finish_log_in(connection, Attempt(person, "", login, role.value), clock.now())
    context.add_cookies([{"name": "staff", "value": token, "url": live.address}])
    return context.new_page()


def test_a_designer_records_a_question_in_the_browser(context, recorded) -> None:
    page = as_staff(context, recorded, Role.DESIGNER)
    page.goto(f"{recorded.address}/admin/recordings/one_stop/1/en/{FIRST}")
    owes_nothing(page)
    page.get_by_role("button", name="Ghi âm", exact=True).click()
    expect(page.get_by_role("button", name="Dừng")).to_be_visible()
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="Dừng").click()
    expect(page.get_by_text("Đã ghi xong")).to_be_visible()
    page.get_by_role("button", name="Lưu ghi âm").click()
    expect(page.get_by_text("Đã lưu ghi âm.")).to_be_visible()
    with recorded.app.extensions["store"].database.reading() as connection:
        assert "en" in sounds_of(connection, "one_stop", "1")[FIRST]
    page.get_by_role("button", name="Xóa ghi âm").click()
    expect(page.get_by_text("Đã xóa ghi âm.")).to_be_visible()


@pytest.mark.parametrize("path", ["", "/one_stop/1/vi"])
def test_the_lists_of_recordings_owe_nothing(context, recorded, path) -> None:
    page = as_staff(context, recorded, Role.ADMIN)
    page.goto(f"{recorded.address}/admin/recordings{path}")
    owes_nothing(page)


def owes_nothing(page: Page) -> None:
    """Expect of the page what every page owes to everyone."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found] == []


@pytest.mark.parametrize(
    ("size", "language"), [*((size, "vi") for size in SIZES), (SIZES[0], "en")]
)
def test_the_check_of_a_device_says_what_works(sounding, live, size, language) -> None:
    context = sounding.new_context(
        locale=language, viewport={"width": size[0], "height": size[1]}, permissions=["microphone"]
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live.address}/check")
    for name in ("secure", "worker", "store", "digest", "room", "clock", "language"):
        expect(page.locator(f'[data-check="{name}"]')).to_have_class(re.compile("good"))
    for name in ("sound", "microphone"):
        page.locator(f'[data-check="{name}"] button').click()
        expect(page.locator(f'[data-check="{name}"]')).to_have_class(re.compile("good"))
    expect(page.locator('[data-check="kept"]')).to_have_class(re.compile("good|unsure"))
    owes_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert errors == []
    context.close()


def test_the_check_without_scripts_says_what_the_server_knows(sounding, live) -> None:
    context = sounding.new_context(locale="vi", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live.address}/check")
    expect(page.locator("noscript .notice")).to_be_visible()
    expect(page.get_by_text("Đây là chính máy chủ")).to_be_visible()
    context.close()
