"""Taking a form back: every state is for everyone, a keyboard is enough, and the row is gone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LARGE, SMALL
from tests.browser.slip_states import WITHDRAWALS, forget_guesses, owes_nothing, receipt, type_code

MOST_TABS = 12
FORMS = {
    "as printed": lambda code: code,
    "without dashes, small": lambda code: code.replace("-", "").lower(),
    "with spaces": lambda code: f" {code.replace('-', ' ')} ",
    "misread letters": lambda code: code.replace("0", "O").replace("1", "I"),
    "small misread letters": lambda code: code.replace("0", "o").replace("1", "l"),
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("state", WITHDRAWALS)
def test_every_state_is_for_everyone(respondent, state, language):
    one = respondent(SMALL, language)
    forget_guesses(one.live)
    WITHDRAWALS[state](one)
    owes_nothing(one)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; fail when it is never reached."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(there) => document.activeElement.matches(there)", selector):
            return
    pytest.fail(f"Tab never reached {selector}")


def test_a_keyboard_is_enough_and_the_answers_are_gone(respondent, live):
    one, code = respondent(LARGE), receipt(live)
    before = {row.id for row in live.stored()}
    one.open("/w")
    tab_to(one.page, "#code")
    one.page.keyboard.type(code.replace("-", "").lower())
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("muốn rút lại")
    tab_to(one.page, "form button.second")
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_role("heading", level=1)).to_have_text("Đã rút lại phiếu")
    after = {row.id for row in live.stored()}
    assert len(before - after) == 1
    assert after < before
    one.page.go_back()
    one.page.reload()
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("đã được rút lại")


def test_whoever_thinks_better_of_it_keeps_the_form(respondent, live):
    one = respondent()
    one.open(f"/w/{receipt(live)}")
    before = len(live.stored())
    one.page.get_by_role("link", name="Không, giữ lại phiếu").click()
    expect(one.page).to_have_url(f"{live.address}/")
    assert len(live.stored()) == before


@pytest.mark.parametrize("form", FORMS)
def test_a_receipt_is_found_however_it_is_typed(respondent, live, form):
    one, code = respondent(), receipt_with(live, "01" if "misread" in form else "")
    one.open("/w")
    type_code(one, FORMS[form](code))
    expect(one.page).to_have_url(f"{live.address}/w/{code}")
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("muốn rút lại")


def receipt_with(live, letters: str) -> str:
    """Hand in forms until a receipt has one of the letters that are easily misread."""
    for _ in range(100):
        code = receipt(live)
        if not letters or set(letters) & set(code):
            return code
    pytest.fail(f"no receipt of a hundred has one of {letters}")
