"""A citizen answers an open round: every door of the page, two sizes, two languages."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from survey.web.interview_form import FAULTS
from tests.browser.conftest import LARGE, SMALL

TWINS = Path(__file__).parents[1] / "twins"
TYPED = json.loads((TWINS / "typed.json").read_text(encoding="utf-8"))["cases"]
RECEIPT = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$")

ONE_STOP = {
    "vi": ["Nhận kết quả", "Đúng hẹn", "Không lần nào", "Không cơ quan nào", "Có, ở cả hai nơi"],
    "en": ["To collect a result", "On time", "Not once", "None", "Yes, in both places"],
}


@pytest.mark.parametrize(("size", "language"), [(SMALL, "vi"), (SMALL, "en"), (LARGE, "vi")])
def test_a_counter_form_from_consent_to_receipt(respondent, size, language):
    one = respondent(size, language)
    one.begin("one-stop")
    for words in ONE_STOP[language]:
        one.choose(words)
        assert one.has_no_sideways_scroll()
        one.next()
    one.pass_all("overall")
    one.choose({"vi": "Rất hài lòng", "en": "Very satisfied"}[language])
    one.next()
    one.next()
    one.expect_question("check")
    assert one.sent == []
    one.send()
    assert RECEIPT.match(one.receipt())
    document = one.document()
    assert document["language"] == language
    assert document["answers"]["purpose"] == "result"
    assert document["answers"]["overall"] == "5"
    assert document["missing"]["attitude"] == "dk"
    assert document["answered_hour"].endswith(":00+07:00")
    assert [request.method for request in one.sent] == ["PUT"]


def test_every_kind_of_question_is_stored_as_the_contract_says(respondent):
    one = respondent()
    one.begin("every-kind")
    one.see("Phần này hỏi vài điều")
    one.next()
    one.choose("Sơn La")
    one.next()
    one.page.locator("#commune-search").fill("muong")
    one.page.get_by_role("button", name="Xã Mường Bú").click()
    one.next()
    one.write("47")
    one.next()
    one.write("2,5")
    one.next()
    for part, value in {"day": "20", "month": "11", "year": "2025"}.items():
        one.write(value, part)
    one.next()
    one.choose("Nghề khác")
    one.write("Thợ mộc", "other")
    one.next()
    one.choose("Zalo")
    one.choose("Ti vi")
    one.next()
    one.see("việc phục vụ ở Xã Mường Bú")
    one.choose("Không hài lòng")
    one.next()
    one.see("Vì sao Ông/Bà chưa hài lòng?")
    one.choose("Không muốn trả lời")
    one.next()
    one.choose("7")
    one.next()
    one.write("2,5")
    one.next()
    one.next()
    one.next()
    one.send()
    one.receipt()
    assert one.document()["answers"] == {
        "province": "14",
        "commune": "muong_bu",
        "age": 47,
        "distance": 2.5,
        "seen_on": "2025-11-20",
        "job": {"choice": "other", "text": "Thợ mộc"},
        "channels": ["tv", "zalo"],
        "satisfied": "2",
        "likely": 7,
        "waited": 2.5,
        "opinion": "",
    }
    assert one.document()["missing"] == {"reason": "refused", "where": "refused"}


def test_the_long_survey_follows_its_logic_to_the_end(respondent):
    one = respondent(LARGE)
    one.begin("sipas")
    one.pass_all("c2")
    one.choose("Kênh khác")
    one.next()
    one.expect_question("c2_other")
    one.back()
    one.choose("Loa phát thanh")
    one.choose("Kênh khác")
    one.next()
    one.expect_question("c3_1")
    one.pass_all("s39")
    one.choose("Hài lòng")
    one.next()
    one.pass_all()
    one.send()
    one.receipt()
    answers = one.document()["answers"]
    assert (answers["c2"], answers["s39"]) == (["loudspeaker"], "4")
    assert "c2_other" not in {**answers, **one.document()["missing"]}


def test_every_question_must_be_answered_or_left_on_purpose(respondent):
    one = respondent()
    one.begin("one-stop")
    one.next()
    fault = one.page.locator(".fault:visible")
    expect(fault).to_contain_text("Xin chọn một câu trả lời")
    assert fault.get_attribute("role") == "alert"
    assert fault.get_attribute("id") in one.page.locator("fieldset:visible").get_attribute(
        "aria-describedby"
    )
    one.choose("Không muốn trả lời")
    expect(fault).to_have_count(0)
    one.next()
    assert one.question != "purpose"


def test_numbers_out_of_range_are_said_in_the_authors_words(respondent):
    one = respondent()
    one.begin("every-kind")
    one.pass_all("age")
    one.write("12")
    one.next()
    expect(one.page.locator(".fault:visible")).to_have_text(
        "Tuổi phải từ 18 đến 120.", use_inner_text=True
    )
    field = one.page.locator("#age-answer")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("integer", "age"), ("decimal", "distance"), ("range", "waited"), ("geopoint", "where")],
)
def test_what_is_typed_is_read_as_the_server_reads_them(respondent, kind, name):
    one = respondent()
    one.begin("every-kind")
    one.pass_all(name)
    kept = f"() => JSON.parse(localStorage['lang-nghe:draft:every-kind']).answers.{name} ?? null"
    for case in (case for case in TYPED if case["kind"] == kind):
        one.write(case["typed"])
        assert one.page.evaluate(kept) == case.get("answer"), case
        if "fault" in case:
            one.next()
            expect(one.page.locator(".fault:visible")).to_contain_text(FAULTS[case["fault"]])


def test_words_survive_a_way_out_pressed_by_mistake(respondent):
    one = respondent()
    one.begin("every-kind")
    one.pass_all("opinion")
    one.write("Cán bộ nhiệt tình")
    one.choose("Không muốn trả lời")
    one.choose("Không muốn trả lời")
    one.next()
    expect(one.page.locator(".answers")).to_contain_text("Cán bộ nhiệt tình")


def test_an_answer_and_a_way_out_exclude_each_other(respondent):
    one = respondent()
    one.begin("every-kind")
    one.pass_all("channels")
    one.choose("Zalo")
    one.choose("Không biết")
    expect(one.page.locator("#q-channels input:checked")).to_have_count(1)
    one.choose("Ti vi")
    checked = one.page.locator("#q-channels input:checked")
    assert [box.get_attribute("value") for box in checked.all()] == ["tv"]


def test_back_goes_to_the_question_before_and_never_away(respondent):
    one = respondent()
    one.begin("one-stop")
    one.choose("Hỏi thông tin hoặc việc khác")
    one.next()
    second = one.question
    one.page.go_back()
    one.expect_question("purpose")
    expect(one.page.locator("#q-purpose input:checked")).to_have_value("ask")
    one.page.go_forward()
    one.expect_question(second)
    one.back()
    one.expect_question("purpose")
    one.back()
    one.expect_question("consent")


def test_an_answer_changed_at_the_end_opens_what_it_makes_necessary(respondent):
    one = respondent()
    one.begin("one-stop")
    one.choose("Hỏi thông tin hoặc việc khác")
    one.next()
    one.pass_all()
    one.page.locator(".answers button").first.click()
    one.see("để làm gì?")
    one.choose("Nhận kết quả")
    one.next()
    one.expect_question("promptness")
    one.pass_all()
    one.expect_question("check")
    expect(one.page.locator(".answers > div").nth(1)).to_contain_text("Không biết")


def test_the_language_changes_at_any_moment_and_no_answer_is_lost(respondent):
    one = respondent()
    one.begin("every-kind")
    one.next()
    one.choose("Lạng Sơn")
    one.next()
    one.page.locator("select:visible").select_option("doan_ket")
    one.page.get_by_role("button", name="English").click()
    expect(one.page.locator("fieldset:visible h2")).to_have_text(
        "Which commune do you live in?", use_inner_text=True
    )
    expect(one.page.locator("select:visible option:checked")).to_have_text("Đoàn Kết commune")
    expect(one.page).to_have_title(re.compile("A form with every kind"))
    one.next()
    one.pass_all("satisfied")
    expect(one.page.locator("fieldset:visible h2")).to_contain_text("service in Đoàn Kết commune")
    one.pass_all()
    one.page.get_by_role("button", name="Tiếng Việt").click()
    expect(one.page.locator(".answers > div").first).to_contain_text("Ông/Bà sống ở tỉnh nào?")
    one.send()
    one.receipt()
    assert one.document()["language"] == "vi"
    assert one.document()["answers"]["commune"] == "doan_ket"


def test_declining_sends_and_keeps_nothing(respondent):
    one = respondent()
    one.open("/r/one-stop")
    one.page.get_by_role("button", name=one.words["decline"]).click()
    one.see("Cảm ơn Ông/Bà đã đọc")
    assert one.sent == []
    assert one.page.evaluate("() => localStorage.length + sessionStorage.length") == 0


def test_the_keyboard_alone_is_enough(respondent):
    one = respondent(LARGE)
    one.open("/r/every-kind")
    keys = one.page.keyboard

    def press_until(selector: str, key: str = "Tab") -> None:
        for _ in range(40):
            if one.page.locator(f"{selector}:focus").count():
                return
            keys.press(key)
        raise AssertionError(f"{selector} cannot be reached by {key}")

    press_until('[data-do="agree"]')
    keys.press("Enter")
    press_until('[data-do="next"]')
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    one.expect_question("commune")
    press_until("select")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    press_until('[data-do="next"]')
    keys.press("Enter")
    one.expect_question("age")
    keys.press("Tab")
    keys.type("47")
    keys.press("Enter")
    one.expect_question("distance")
    while one.question != "check":
        keys.press("Tab")
        if one.page.locator("[type=radio]:focus").count():
            keys.press("ArrowUp")
        else:
            press_until(".way input")
            keys.press("Space")
        press_until('[data-do="next"]')
        keys.press("Enter")
    press_until('[data-do="send"]')
    keys.press("Enter")
    one.receipt()
    assert one.document()["answers"]["age"] == 47
