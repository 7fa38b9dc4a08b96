"""A tablet at a counter: enrolled through its own page, then used by one person after another."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from survey.models import Response
from survey.operations.kiosks import Counter, offer_enrolment
from survey.web.store import Store
from tests.browser.live import Live
from tests.browser.respondent import Respondent

PIN = "2580"
PLACE = "03979"
TREMBLE = 450
READY = """async () =>
  Boolean(navigator.serviceWorker.controller) &&
  (await navigator.serviceWorker.ready).active.state === 'activated'"""
STORES = """async () => {
  const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie,
                JSON.stringify(history.state), location.href, document.documentElement.outerHTML];
  for (const node of document.querySelectorAll('input, textarea, select')) {
    kept.push(node.value + node.checked);
  }
  const text = (value) => {
    if (value instanceof ArrayBuffer) return new TextDecoder('utf-8').decode(value);
    if (ArrayBuffer.isView(value)) return new TextDecoder('utf-8').decode(value);
    if (value && typeof value === 'object') return Object.values(value).map(text).join(' ');
    return String(value);
  };
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done) => {
      const r = indexedDB.open(name);
      r.onsuccess = () => done(r.result);
    });
    for (const store of base.objectStoreNames) {
      const rows = await new Promise((done) => {
        const r = base.transaction(store).objectStore(store).getAll();
        r.onsuccess = () => done(r.result);
      });
      kept.push(...rows.map(text));
    }
    base.close();
  }
  for (const name of (globalThis.caches ? await caches.keys() : [])) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const reply = await cache.match(request);
      kept.push(request.url, await reply.text());
    }
  }
  return kept.join('\\n');
}"""


class Tablet(Respondent):
    """One enrolled tablet with one page."""

    def __init__(self, page: Page, live: Live, language: str = "vi") -> None:
        super().__init__(page, live, language)
        self.round = ""

    def enrol(self, round_code: str, name: str = "Quầy số 3") -> None:
        """Take up a fresh code, as staff would."""
        self.round = round_code
        code = offered(self.live, round_code, name)
        self.open(f"/k/enrol/{code}")
        for field in ("pin", "again"):
            self.page.locator(f"#{field}").fill(PIN)
        self.page.get_by_role("button", name="Đăng ký máy này").click()
        self.expect_screen("attract")

    def expect_screen(self, name: str) -> None:
        screen = self.page.locator(f'[data-screen="{name}"]')
        expect(screen).to_be_visible()

    def be_ready(self) -> None:
        """Wait until the tablet has all that it needs without a network."""
        self.until(lambda: bool(self.page.evaluate(READY)))

    def open_door(self) -> None:
        """Open the tablet's page until the server's own is shown, which has no screens.

        The server remembers a round for a second, and a worker shows what it kept when the
        server is slow: what the server says is then shown at the next start.
        """

        def has_no_screens() -> bool:
            self.open("/k")
            return self.page.locator("[data-screen]").count() == 0

        self.until(has_no_screens)

    def rest(self) -> None:
        """Wait out the time in which a second press of a trembling finger counts for nothing."""
        self.page.wait_for_timeout(TREMBLE)

    def press(self, deed: str) -> None:
        self.rest()
        self.page.locator(f'[data-do="{deed}"]:visible').first.click()

    def arrive(self) -> None:
        """Come to the tablet and agree to take part, as fast as the page can."""
        self.press_at_once("open", "consent", "agree")

    def arrive_by_touch(
        self, language: str = "vi", *, size: str = "100", is_helped: bool = False
    ) -> None:
        """Come to the tablet, choose how to read, and agree to take part."""
        self.press("open")
        self.rest()
        if language != "vi":
            self.page.locator(f'label.choice:has([value="{language}"])').click()
        if size != "100":
            self.page.locator(f'label.choice:has([value="{size}"])').click()
        if is_helped:
            self.page.locator("label.helped").click()
        self.press("consent")
        self.press("agree")
        self.rest()

    def press_at_once(self, *deeds: str) -> None:
        """Press as a program would: no trembling finger, no waiting for one."""
        for deed in deeds:
            self.page.locator(f'[data-do="{deed}"]:visible').first.evaluate("(one) => one.click()")

    def choose_at_once(self, text: str) -> None:
        words = self.page.get_by_text(text, exact=True)
        label = self.page.locator("label.choice:visible").filter(has=words)
        label.evaluate("(one) => one.click()")

    def forward(self) -> None:
        self.press("next")
        self.rest()

    def everything_kept(self) -> str:
        """Return all that a next person could find: page, fields, storage, caches, history."""
        return str(self.page.evaluate(STORES))

    def stored_here(self) -> list[Any]:
        """Return the responses of the round of this tablet."""
        store: Store = self.live.app.extensions["store"]
        table = Response.__table__
        with store.database.reading() as connection:
            return list(connection.execute(select(table).where(table.c.round == self.round)))


def offered(live: Live, round_code: str, name: str) -> str:
    """Return a fresh enrolment code of a counter."""
    store: Store = live.app.extensions["store"]
    with store.database.writing() as connection:
        return offer_enrolment(connection, Counter(name, PLACE, round_code))


def tablet_in(context: BrowserContext, live: Live, language: str = "vi") -> Tablet:
    return Tablet(context.new_page(), live, language)
