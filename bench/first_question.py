"""What the first question costs the main thread of a browser, whatever else runs beside it.

Processor time (thread ticks) from the navigation until the first question is there, nothing
cached, the middle of nine phones. Run: ``python -m bench.first_question``.
"""

import statistics
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser
from werkzeug.serving import make_server

from bench.weight import opened
from config import Settings
from survey.app import create_app
from survey.db.schema import migrate
from survey.web.store import Store
from tests.chromium import system_chromium

INSTRUMENTS = ("one_stop", "sipas")
TURNS = 9
SLOWED = 6
PHONE = {"width": 360, "height": 640}
PARTS = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
COUNTS = """() => [performance.getEntriesByType("resource").length,
                    document.querySelectorAll("*").length]"""


def cost(browser: Browser, address: str) -> list[float]:
    """Return the ms of a new phone's main thread by their parts, its requests and its nodes."""
    context = browser.new_context(viewport=PHONE, locale="vi")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address)
    page.locator(".playing").wait_for()
    page.locator('[data-do="agree"]').click()
    page.locator("[data-item]:visible").wait_for()
    spent = {
        one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]
    }
    counts = page.evaluate(COUNTS)
    context.close()
    return [*(1000 * spent[part] for part in PARTS), *counts]


def main() -> None:
    """Print one row for each instrument."""
    print(f"| | all, ms | scripts | layout | styles | {SLOWED} times, s | requests | nodes |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, system_chromium() as browser:
        app = create_app(Settings(data_dir=Path(folder), min_free_mb=1))
        store: Store = app.extensions["store"]
        migrate(store.database)
        codes = {code: opened(app, code).code for code in INSTRUMENTS}
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for code, door in codes.items():
            rows = [
                cost(browser, f"http://127.0.0.1:{server.port}/r/{door}") for _ in range(TURNS)
            ]
            whole, *parts, requests, nodes = map(statistics.median, zip(*rows, strict=True))
            told = " | ".join(f"{part:.0f}" for part in (whole, *parts))
            slow = f"{SLOWED * whole / 1000:.2f}"
            print(f"| `{code}` | {told} | {slow} | {requests:.0f} | {nodes:.0f} |")
        server.shutdown()
        store.database.close()


if __name__ == "__main__":
    main()
