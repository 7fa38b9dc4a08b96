"""Questions of a range and of a place, and text that a person enlarges, on one's own phone."""

import pytest
from playwright.sync_api import expect

HERE = {"latitude": 21.3312, "longitude": 103.9011, "accuracy": 12}


def at(one, question: str):
    one.begin("every-kind")
    one.pass_all(question)
    return one


def test_a_range_takes_only_what_it_offers(respondent):
    one = at(respondent(), "waited")
    one.write("2,3")
    one.next()
    one.expect_question("waited")
    expect(one.page.locator("#waited-fault")).to_be_visible()
    one.write("2,5")
    one.next()
    one.expect_question("where")


def test_a_range_of_few_numbers_can_be_changed_and_left_out(respondent):
    one = at(respondent(), "likely")
    one.choose("0")
    one.choose("10")
    one.next()
    one.back()
    chosen = one.page.locator("#q-likely input:checked")
    expect(chosen).to_have_value("10")
    one.choose("Không biết")
    expect(chosen).to_have_value("dk")
    one.page.reload()
    expect(chosen).to_have_value("dk")


@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_place_is_asked_of_the_device_which_may_say_no(respondent, is_allowed):
    allowed = {"permissions": ["geolocation"], "geolocation": HERE} if is_allowed else {}
    one = at(respondent(**allowed), "where")
    one.page.get_by_role("button", name="Lấy vị trí của máy").click()
    state = "found" if is_allowed else "failed"
    expect(one.page.locator(f'[data-locating="{state}"]')).to_be_visible()
    one.pass_all() if not is_allowed else one.next()
    one.pass_all()
    one.send()
    one.receipt()
    document = one.document()
    if is_allowed:
        assert document["answers"]["where"] == "21.33120 103.90110 0 12"
    else:
        assert document["missing"]["where"] == "dk"


def test_the_text_is_enlarged_for_this_session_and_fits_the_phone(respondent):
    one = respondent()
    one.open("/r/every-kind")
    size = "() => parseFloat(getComputedStyle(document.body).fontSize)"
    usual = one.page.evaluate(size)
    for factor in (1.5, 2):
        one.page.locator('[data-do="size"]').click()
        assert one.page.evaluate(size) == usual * factor
        assert one.has_no_sideways_scroll()
    one.page.reload()
    assert one.page.evaluate(size) == 2 * usual
    another = one.page.context.new_page()
    another.goto(f"{one.live.address}/r/every-kind")
    assert another.evaluate(size) == usual
    one.page.locator('[data-do="size"]').click()
    assert one.page.evaluate(size) == usual


def test_the_same_kinds_in_english(respondent):
    one = at(respondent(language="en"), "likely")
    one.see("How likely are you to use the service again?")
    one.choose("10")
    one.next()
    one.write("2.3")
    one.next()
    one.expect_question("waited")
    one.write("2.5")
    one.next()
    one.see("Where are you now?")
    expect(one.page.get_by_role("button", name="Take the position of this device")).to_be_visible()
    one.write("21.33 103.90")
    one.next()
    one.pass_all()
    one.send()
    one.receipt()
    document = one.document()
    given = {name: document["answers"][name] for name in ("likely", "waited", "where")}
    assert given == {"likely": 10, "waited": 2.5, "where": "21.33 103.90 0 0"}
    assert document["language"] == "en"
