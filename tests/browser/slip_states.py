"""Every state of a slip on one's own phone and of a withdrawal, and what each page owes."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import update

from survey import clock
from survey.models import SlipBatch
from survey.operations.responses import receive_response
from survey.operations.slips import NewStack, print_slips
from survey.operations.submissions import read_submission
from survey.queries.staff import OPERATOR
from survey.web.limits import WindowCounts
from survey.web.store import Store
from tests.browser.live import FAR_OFF, LONG_AGO, Live
from tests.browser.respondent import Respondent

ROUND: Final = "one-stop"
SIZES: Final = ((360, 640), (800, 1280), (1280, 800))
TARGET: Final = 48
TARGETS: Final = """() => [...document.querySelectorAll(
  'main button, main .button, main label.choice, main .input, header a, header button')]
  .filter((node) => node.checkVisibility() && !node.matches('.unseen, .skip'))
  .map((node) => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
  .map(([html, box]) => [html, Math.round(Math.min(box.width, box.height))])"""
NOBODYS: Final = "0000-0000-0000"
EXPIRED_GROUP: Final = "expired"


def slips(live: Live, count: int = 1, group: str = "", round_code: str = ROUND) -> list[str]:
    """Print slips of a round; return their codes."""
    store: Store = live.app.extensions["store"]
    stack = NewStack(round_code, "00001", group, count, FAR_OFF)
    with store.database.writing() as connection:
        return print_slips(connection, store.keys, stack, OPERATOR)


def receipt(live: Live) -> str:
    """Hand in a short form; return its receipt."""
    store: Store = live.app.extensions["store"]
    document = {
        "round": ROUND,
        "instrument": "one_stop",
        "version": "1",
        "language": "vi",
        "answered_hour": clock.to_hour(clock.now()).isoformat(timespec="minutes"),
        "seconds": 30,
        "assisted": False,
        "consent": "1",
        "state": "abandoned",
        "answers": {"purpose": "ask"},
        "missing": {},
    }
    submission = read_submission(str(uuid.uuid4()), json.dumps(document).encode())
    return receive_response(store.database, store.keys, submission).receipt


def forget_guesses(live: Live) -> None:
    """Let wrong codes of one test not slow down another."""
    live.app.extensions["limits"] = WindowCounts()


def owes_nothing(one: Respondent) -> None:
    """Expect of the present page, at every size, what every page owes to everyone."""
    for width, height in SIZES:
        one.page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(one.page, options={"resultTypes": ["violations"]}).response
        rules = [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found["violations"]]
        assert rules == [], width
        small = [html for html, side in one.page.evaluate(TARGETS) if side < TARGET]
        assert small == [], width
        assert one.has_no_sideways_scroll(), width


def type_code(one: Respondent, code: str) -> None:
    """Write a code into the field and press Enter, as a phone's keyboard does."""
    one.page.locator("#code").fill(code)
    one.follow(lambda: one.page.locator("#code").press("Enter"))


def slip_asked(one: Respondent) -> None:
    one.open("/t")


def slip_fresh(one: Respondent) -> None:
    one.open(f"/t/{slips(one.live)[0]}")


def slip_question(one: Respondent) -> None:
    slip_fresh(one)
    one.page.locator('[data-do="agree"]').click()
    expect(one.page.locator("[data-item]:visible")).to_have_count(1)


def slip_sent(one: Respondent) -> None:
    slip_question(one)
    one.pass_all()
    one.send()
    one.receipt()


def slip_used(one: Respondent) -> None:
    slip_sent(one)
    one.page.reload()


def slip_expired(one: Respondent) -> None:
    (code,) = slips(one.live, group=EXPIRED_GROUP)
    store: Store = one.live.app.extensions["store"]
    last = LONG_AGO + dt.timedelta(days=1)
    of_group = SlipBatch.procedure_group == EXPIRED_GROUP
    with store.database.writing() as connection:
        connection.execute(
            update(SlipBatch).where(of_group).values(made_on=LONG_AGO, expires_on=last)
        )
    one.open(f"/t/{code}")


def slip_unknown(one: Respondent) -> None:
    one.open(f"/t/{NOBODYS}")


def slip_too_many(one: Respondent) -> None:
    for _ in range(6):
        one.open(f"/t/{NOBODYS}")
    forget_guesses(one.live)


def withdrawal_asked(one: Respondent) -> None:
    one.open("/w")


def withdrawal_found(one: Respondent) -> None:
    one.open("/w")
    type_code(one, receipt(one.live))


def withdrawal_confirmed(one: Respondent) -> None:
    withdrawal_found(one)
    one.follow(one.page.locator("form[action^='/w/'] button").click)


def withdrawal_again(one: Respondent) -> None:
    withdrawal_confirmed(one)
    one.page.goto(one.page.url)


def withdrawal_unknown(one: Respondent) -> None:
    one.open("/w")
    type_code(one, NOBODYS)


def withdrawal_mistyped(one: Respondent) -> None:
    one.open("/w")
    type_code(one, "7K3M-Q9XA")


State = Callable[[Respondent], None]
SLIPS: Final[dict[str, State]] = {
    "asked": slip_asked,
    "fresh": slip_fresh,
    "question": slip_question,
    "sent": slip_sent,
    "used": slip_used,
    "expired": slip_expired,
    "unknown": slip_unknown,
    "too-many": slip_too_many,
}
WITHDRAWALS: Final[dict[str, State]] = {
    "asked": withdrawal_asked,
    "found": withdrawal_found,
    "confirmed": withdrawal_confirmed,
    "again": withdrawal_again,
    "unknown": withdrawal_unknown,
    "mistyped": withdrawal_mistyped,
}
