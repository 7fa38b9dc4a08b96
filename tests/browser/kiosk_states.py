"""Every state of a counter's tablet and the way there, for those who look at all of them."""

import uuid
from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page
from sqlalchemy import select

from survey.instruments.loader import load_builtin
from survey.models import Device
from survey.operations.devices import revoke_device
from survey.operations.rounds import open_round
from survey.web.store import Store
from tests.browser.live import Live, a_round
from tests.browser.tablet import PIN, Tablet, offered

ROUND: Final = "one-stop"
TO_SERVER: Final = "**/api/v1/interviews/*"


def begin(one: Tablet) -> None:
    one.press("open")
    one.rest()


def consent(one: Tablet) -> None:
    one.press("open")
    one.press("consent")
    one.rest()


def question(one: Tablet) -> None:
    one.arrive()
    one.pass_all("overall")
    one.rest()
    one.choose("Hài lòng")


def large(one: Tablet) -> None:
    one.arrive_by_touch(size="200")
    one.pass_all("overall")
    one.rest()


def fault(one: Tablet) -> None:
    one.arrive()
    one.forward()


def check(one: Tablet) -> None:
    one.arrive()
    one.pass_all()
    one.rest()


def sending(one: Tablet) -> None:
    one.page.route(TO_SERVER, lambda _route: None)
    check(one)
    one.press("send")
    one.expect_screen("sending")


def done(one: Tablet) -> None:
    check(one)
    one.press("send")
    one.expect_screen("done")
    one.press("longer")


def kept(one: Tablet) -> None:
    one.page.route(TO_SERVER, lambda route: route.abort())
    check(one)
    one.press("send")
    one.expect_screen("kept")
    one.press("longer")


def unsaved(one: Tablet) -> None:
    fill_up(one.page)
    check(one)
    one.press("send")
    one.expect_screen("unsaved")


def declined(one: Tablet) -> None:
    consent(one)
    one.press("decline")
    one.expect_screen("declined")


def warning(one: Tablet) -> None:
    question(one)
    one.page.evaluate("() => document.querySelector('#warning').showModal()")


def pin(one: Tablet) -> None:
    one.press("staff")
    one.rest()


def wrong_pin(one: Tablet) -> None:
    pin(one)
    one.page.locator("#exit-pin").fill("0000")
    one.press("exit")
    one.page.locator("#pin-fault").wait_for()


def device(one: Tablet) -> None:
    pin(one)
    one.page.locator("#exit-pin").fill(PIN)
    one.press("exit")
    one.expect_screen("device")


STATES: Final[dict[str, Callable[[Tablet], None]]] = {
    "attract": Tablet.rest,
    **{
        each.__name__.replace("_", "-"): each
        for each in (
            *(begin, consent, question, large, fault, check, sending, done, kept, unsaved),
            *(declined, warning, pin, wrong_pin, device),
        )
    },
}
"""Name -> the way there from an untouched tablet."""


def code_page(one: Tablet) -> None:
    one.page.context.clear_cookies()
    one.open_door()


def enrol_page(one: Tablet) -> None:
    one.open(f"/k/enrol/{offered(one.live, ROUND, 'Quầy số 4')}")


def closed(one: Tablet, before: Callable[[], None] = lambda: None) -> None:
    code = f"closing-{uuid.uuid4().hex[:8]}"
    store: Store = one.live.app.extensions["store"]
    title = {"vi": "Đánh giá tại Bộ phận Một cửa", "en": "Rating at the one-stop counter"}
    with store.database.writing() as connection:
        open_round(connection, a_round(code, load_builtin("one_stop"), title))
    one.enrol(code, "Quầy số 5")
    before()
    with store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE round SET is_closed = 1 WHERE code = ?", (code,))
    one.open_door()


def revoked(one: Tablet) -> None:
    revoke(one.live, "Quầy số 3")
    one.open_door()


PAGES: Final[dict[str, Callable[[Tablet], None]]] = {
    "enrol": enrol_page,
    "closed": closed,
    "revoked": revoked,
    "code": code_page,
}
"""Pages around the screens; all but the first end an enrolment."""


def revoke(live: Live, name: str) -> None:
    """End the enrolment of every tablet of that name, as an administrator would."""
    store: Store = live.app.extensions["store"]
    with store.database.writing() as connection:
        is_meant = (Device.name == name) & Device.revoked_at.is_(None)
        for device_id in list(connection.scalars(select(Device.id).where(is_meant))):
            revoke_device(connection, device_id)


def fill_up(page: Page) -> None:
    """Leave no room on the tablet: the browser refuses to keep anything more."""
    origin = page.evaluate("() => location.origin")
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
