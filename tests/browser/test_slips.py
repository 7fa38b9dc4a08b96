"""A slip on one's own phone: it is taken up again, used once, and hides what another began."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SMALL
from tests.browser.slip_states import SLIPS, forget_guesses, owes_nothing, slips


@pytest.fixture
def printed(live) -> list[str]:
    """Codes of two slips of the one-stop round."""
    return slips(live, 2)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("state", SLIPS)
def test_every_state_is_for_everyone(respondent, state, language):
    one = respondent(SMALL, language)
    forget_guesses(one.live)
    SLIPS[state](one)
    owes_nothing(one)


def agree(one, code: str) -> None:
    one.open(f"/t/{code}")
    one.page.get_by_role("button", name=one.words["agree"]).click()


def test_a_slip_is_answered_on_ones_own_phone_and_used_once(respondent, printed, live):
    one, before = respondent(), len(live.stored())
    agree(one, printed[0])
    one.choose("Hỏi thông tin hoặc việc khác")
    one.next()
    one.page.reload()
    assert one.question != "purpose"
    one.pass_all()
    one.send()
    assert one.receipt()
    row = next(row for row in live.stored() if row.channel == "slip")
    assert (len(live.stored()), row.place) == (before + 1, "00001")
    again = one.open(f"/t/{printed[0]}")
    assert again is not None
    assert again.status == 410
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("đã được dùng")


def test_another_slip_on_the_same_phone_shows_nothing_of_the_first(respondent, printed):
    one = respondent()
    agree(one, printed[0])
    one.choose("Nộp hồ sơ")
    one.next()
    other = one.page.context.new_page()
    other.goto(f"{one.live.address}/t/{printed[1]}")
    expect(other.locator('[data-do="agree"]')).to_be_visible()
    other.locator('[data-do="agree"]').click()
    expect(other.locator("#q-purpose")).to_be_visible()
    assert other.locator("#q-purpose input:checked").count() == 0
    one.page.goto(f"{one.live.address}/t/{printed[0]}")
    assert one.question != "purpose"
