"""Pictures of the pages of staff for their guides, from the whole demonstration."""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from survey.operations.places import bring_builtin_places
from survey.simulate.accounts import DemoDevice, prepare_accounts
from survey.simulate.commands import build
from survey.simulate.rounds import PAPI_LIKE, SAMPLED
from survey.web.store import Store
from tests.browser.live import Live

PHONE, TABLET, LAPTOP = (360, 640), (800, 1280), (1280, 800)
EVERY_SIZE = (PHONE, TABLET, LAPTOP)
ROUND = f"/analyst/rounds/{PAPI_LIKE}"
INSIDE = re.compile("/analyst/|/admin/|/account")


@dataclasses.dataclass(frozen=True)
class Picture:
    """One page as one role sees it; ``part`` is what stands at the top of the picture."""

    name: str
    login: str
    path: str
    sizes: tuple[tuple[int, int], ...] = (LAPTOP,)
    part: str = ""


PICTURES = (
    Picture("analyst-overview", "analyst", "/analyst/", EVERY_SIZE),
    Picture("analyst-index", "analyst", f"{ROUND}/papi_like", EVERY_SIZE),
    Picture(
        "analyst-arithmetic", "analyst", f"{ROUND}/papi_like?node=D1", part="details.provenance"
    ),
    Picture("analyst-groups", "analyst", f"{ROUND}/papi_like/by/sex?node=D1", (PHONE, LAPTOP)),
    Picture("analyst-weights", "analyst", f"{ROUND}/weights", EVERY_SIZE),
    Picture("analyst-round", "supervisor", ROUND),
    Picture("analyst-quality", "analyst", f"{ROUND}/quality"),
    Picture("analyst-files", "analyst", f"{ROUND}/papi_like", part=".downloads"),
    Picture("admin-accounts", "admin", "/admin/staff", EVERY_SIZE),
    Picture("admin-round", "admin", f"/admin/rounds/{SAMPLED}"),
    Picture("admin-places", "admin", f"/admin/rounds/{SAMPLED}/design"),
    Picture("admin-audit", "auditor", "/admin/audit", EVERY_SIZE),
)


def furnish(live: Live, folder: Path) -> dict[str, str]:
    """Build the demonstration behind a server; return the passwords of its staff."""
    store: Store = live.app.extensions["store"]
    patient = dataclasses.replace(store.settings, rate_login=10**6)
    store = dataclasses.replace(store, settings=patient)
    live.app.extensions["store"] = store
    with store.database.writing() as connection:
        bring_builtin_places(connection)
    build(store)
    with store.database.writing() as connection:
        return prepare_accounts(connection, folder, DemoDevice("03646.01", SAMPLED))


def take_all(chromium: Browser, address: str, passwords: dict[str, str], folder: Path) -> None:
    """Take every picture of staff, in Vietnamese."""
    for size in EVERY_SIZE:
        with _browser(chromium, address, size) as page:
            page.goto("/login")
            _save(page, folder, "analyst-log-in", size)
        for login in dict.fromkeys(picture.login for picture in PICTURES):
            with _browser(chromium, address, size) as page:
                _log_in(page, login, passwords[login])
                for picture in PICTURES:
                    if picture.login == login and size in picture.sizes:
                        _take(page, picture, folder, size)


def _take(page: Page, picture: Picture, folder: Path, size: tuple[int, int]) -> None:
    page.goto(picture.path)
    if picture.part:
        page.locator(picture.part).first.evaluate("part => part.scrollIntoView()")
    _save(page, folder, picture.name, size)


def _save(page: Page, folder: Path, name: str, size: tuple[int, int]) -> None:
    path = folder / f"{name}-{size[0]}x{size[1]}-vi.png"
    page.screenshot(path=path, animations="disabled")


def _log_in(page: Page, login: str, password: str) -> None:
    page.goto("/login")
    page.locator("#login").fill(login)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(INSIDE)


@contextmanager
def _browser(chromium: Browser, address: str, size: tuple[int, int]) -> Iterator[Page]:
    viewport = {"width": size[0], "height": size[1]}
    context = chromium.new_context(viewport=viewport, locale="vi", base_url=address)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
