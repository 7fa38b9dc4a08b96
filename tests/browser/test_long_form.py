"""The same page without JavaScript: one long form, its faults on top, its receipt."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LARGE, SMALL

AGREE = {"vi": "Tôi đồng ý tham gia", "en": "I agree to take part"}
RESULT = {"vi": "Nhận kết quả", "en": "To collect a result"}
TAKE = {"vi": "Đã nhận phiếu. Cảm ơn Ông/Bà!", "en": "Your answers were received. Thank you!"}


def press_send(one) -> None:
    one.page.locator('button[name="send"]:not([aria-hidden])').click()


def tick(one, question: str, value: str) -> None:
    one.page.locator(f'#q-{question} label:has([value="{value}"])').click()


@pytest.mark.parametrize(("size", "language"), [(SMALL, "vi"), (SMALL, "en"), (LARGE, "vi")])
def test_a_counter_form_in_one_page(respondent, size, language):
    one = respondent(size, language, java_script_enabled=False)
    one.open("/r/one-stop")
    one.choose(AGREE[language])
    one.choose(RESULT[language])
    names = ("promptness", "contacts", "offices", "public_info", "attitude", "accuracy")
    for name in (*names, "extra_cost", "petition", "online"):
        tick(one, name, "2")
    press_send(one)
    summary = one.page.locator("#faults a")
    expect(summary).to_have_count(1)
    summary.click()
    expect(one.page.locator("#q-overall")).to_be_in_viewport()
    interview = one.page.locator("input[name=interview]").get_attribute("value")
    tick(one, "overall", "5")
    press_send(one)
    expect(one.page.get_by_role("heading", name=TAKE[language])).to_be_visible()
    one.receipt()
    (row,) = [row for row in one.live.stored() if row.id == interview]
    document = json.loads(row.body)
    assert (document["round"], document["language"]) == ("one-stop", language)
    assert document["answers"]["overall"] == "5"
    assert document["missing"] == {}


def test_the_language_changes_without_losing_what_was_filled_in(respondent):
    one = respondent(java_script_enabled=False)
    one.open("/r/every-kind")
    one.page.locator("#age-answer").fill("47")
    tick(one, "channels", "zalo")
    one.page.get_by_role("button", name="English").click()
    expect(one.page.locator("#q-age h2")).to_have_text("How old are you?", use_inner_text=True)
    expect(one.page.locator("#age-answer")).to_have_value("47")
    expect(one.page.locator('#q-channels input[value="zalo"]')).to_be_checked()


def test_enter_in_a_field_sends_and_does_not_switch_the_language(respondent):
    one = respondent(java_script_enabled=False)
    one.open("/r/every-kind")
    one.page.locator("#age-answer").fill("47")
    one.page.keyboard.press("Enter")
    expect(one.page.locator("#faults")).to_be_visible()
    expect(one.page.locator("html")).to_have_attribute("lang", "vi")


def test_someone_who_declines_is_thanked_and_leaves_nothing(respondent):
    one = respondent(java_script_enabled=False)
    n_before = len(one.live.stored())
    one.open("/r/one-stop")
    one.choose("Tôi không tham gia")
    press_send(one)
    expect(one.page.get_by_role("heading", name="Cảm ơn Ông/Bà đã đọc")).to_be_visible()
    assert len(one.live.stored()) == n_before
