"""Pictures of the pages of staff for their guides, from the whole demonstration."""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, Page

from config import Settings
from survey.app import create_app
from survey.db.schema import migrate
from survey.operations.places import bring_builtin_places
from survey.simulate.accounts import DemoDevice, prepare_accounts
from survey.simulate.commands import build
from survey.simulate.counters import counters
from survey.simulate.rounds import COUNTER, PAPI_LIKE, SAMPLED
from survey.web.store import Store
from tests.browser.busy_counters import fill_counters, settled_month
from tests.browser.camera import Camera
from tests.browser.citizen_pictures import read_aloud
from tests.browser.live import Live, answering

PHONE, TABLET, LAPTOP = (360, 640), (800, 1280), (1280, 800)
EVERY_SIZE = (PHONE, TABLET, LAPTOP)
ROUND = f"/analyst/rounds/{PAPI_LIKE}"
MONTHS = f"/analyst/rounds/{COUNTER}/months?month={settled_month():%Y-%m}"
RECORDINGS = "/admin/recordings"
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
    Picture("admin-devices", "admin", "/admin/devices", (PHONE, LAPTOP)),
    Picture("admin-slips", "admin", f"/admin/rounds/{COUNTER}/slips", (PHONE, LAPTOP)),
    Picture("admin-recordings", "designer", RECORDINGS, EVERY_SIZE),
    Picture("admin-recordings-missing", "designer", f"{RECORDINGS}/one_stop/1/vi", EVERY_SIZE),
    Picture("admin-recording", "designer", f"{RECORDINGS}/one_stop/1/vi/purpose", EVERY_SIZE),
    Picture("counter-today", "supervisor", "/analyst/counters", EVERY_SIZE),
    Picture("counter-files", "supervisor", "/analyst/counters/files", EVERY_SIZE),
    Picture("counter-months", "analyst", MONTHS, EVERY_SIZE),
    Picture("counter-month", "analyst", f"{MONTHS}&office={counters()[0].code}", (PHONE, LAPTOP)),
    Picture(
        "counter-suspects",
        "analyst",
        f"/analyst/rounds/{COUNTER}/quality",
        EVERY_SIZE,
        "#suspects",
    ),
)
NAMES: Final = frozenset(
    [
        *(f"analyst-log-in-{width}x{height}-vi" for width, height in EVERY_SIZE),
        *(f"{one.name}-{width}x{height}-vi" for one in PICTURES for width, height in one.sizes),
    ]
)


def take(chromium: Browser, _live: Live, camera: Camera) -> None:
    """Take every page of the demonstration as its role sees it, in Vietnamese."""
    with TemporaryDirectory() as folder, demonstrating(Path(folder)) as (live, passwords):
        for size in EVERY_SIZE:
            with _browser(chromium, live.address, size) as page:
                page.goto("/login")
                _keep(page, camera, "analyst-log-in", size)
            for login in dict.fromkeys(picture.login for picture in PICTURES):
                with _browser(chromium, live.address, size) as page:
                    _log_in(page, login, passwords[login])
                    for picture in PICTURES:
                        if picture.login == login and size in picture.sizes:
                            _visit(page, picture)
                            _keep(page, camera, picture.name, size)


@contextmanager
def demonstrating(folder: Path) -> Iterator[tuple[Live, dict[str, str]]]:
    """Serve the demonstration alone until the block ends, with the passwords of its staff."""
    app = create_app(Settings(data_dir=folder, min_free_mb=1, rate_login=10**6, allow_http=True))
    store: Store = app.extensions["store"]
    migrate(store.database)
    with store.database.writing() as connection:
        bring_builtin_places(connection)
    build(store)
    fill_counters(store)
    with store.database.writing() as connection:
        passwords = prepare_accounts(connection, folder, DemoDevice("03646.01", SAMPLED))
    with answering(app) as live:
        read_aloud(live)
        yield live, passwords
    store.database.close()


def _visit(page: Page, picture: Picture) -> None:
    page.goto(picture.path)
    if picture.part:
        page.locator(picture.part).first.evaluate("part => part.scrollIntoView()")


def _keep(page: Page, camera: Camera, name: str, size: tuple[int, int]) -> None:
    picture = page.screenshot(animations="disabled")
    camera.keep(f"{name}-{size[0]}x{size[1]}-vi", picture)


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
    yield context.new_page()
    context.close()
