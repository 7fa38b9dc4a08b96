"""What a citizen's phone and a counter's tablet fetch, compressed, beside the text itself.

Fetched as a browser does: the page, and every style, script and picture that it names, each as it
comes from the server, as gzip and as brotli. Text is what people read, in both languages: what is
between the tags, and the choices of lists that stand in attributes until the language is changed.
It is pressed by itself and taken off; everything else counts, the logic of the questions too.
Run: ``python -m bench.weight``.
"""

import re
import tempfile
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from typing_extensions import override

from config import Settings
from survey.app import create_app
from survey.db.schema import migrate
from survey.instruments.loader import load_builtin
from survey.kiosk.shell import LATER
from survey.operations.kiosks import Counter, offer_enrolment, take_enrolment
from survey.operations.rounds import NewRound, open_round, publish_instrument
from survey.web.compression import PRESSES
from survey.web.store import Store
from tests.browser.live import a_round

INSTRUMENTS = ("one_stop", "petition", "sipas")
PLACE = "03979"
NAMED = re.compile(r'<(?:link|script) [^>]*(?:href|src)="([^"]+)"')
LANGUAGES = ("data-vi", "data-en")


class Words(HTMLParser):
    """What a page says to people."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.is_logic = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note that logic begins, or what a choice of a list is called in the other language."""
        self.is_logic = tag == "script"
        self.said += [value or "" for name, value in attrs if name in LANGUAGES]

    @override
    def handle_data(self, data: str) -> None:
        """Keep what stands between two tags."""
        if data.strip() and not self.is_logic:
            self.said.append(data.strip())


def words(page: str) -> str:
    """Return what a page says, a line for each piece."""
    reader = Words()
    reader.feed(page)
    return "\n".join(reader.said)


def sent(browser: FlaskClient, paths: Iterable[str], coding: str = "gzip") -> int:
    """Return the bytes of the bodies that a browser gets from these paths."""
    can = {"Accept-Encoding": coding}
    return sum(len(browser.get(path, headers=can).data) for path in paths)


def opened(app: Flask, code: str) -> NewRound:
    """Open a round of an instrument that is built in."""
    store: Store = app.extensions["store"]
    instrument = load_builtin(code)
    new = a_round(code.replace("_", "-"), instrument, instrument.title)
    with store.database.writing() as connection:
        publish_instrument(connection, instrument)
        open_round(connection, new)
    return new


def tablet(app: Flask, new: NewRound) -> FlaskClient:
    """Return the browser of a tablet that plays a round."""
    store: Store = app.extensions["store"]
    with store.database.writing() as connection:
        code = offer_enrolment(connection, Counter(new.code, PLACE, new.code))
        key = take_enrolment(connection, code, "2580")
    browser = app.test_client()
    browser.set_cookie("device", key)
    return browser


def weights(browser: FlaskClient, path: str, coding: str = "gzip") -> tuple[int, int, int]:
    """Return the bytes of a page, of the files it names, and of its words alone."""
    page = browser.get(path).text
    files = sent(browser, sorted(set(NAMED.findall(page))), coding)
    return sent(browser, [path], coding), files, len(PRESSES[coding](words(page).encode()))


def beside_text(browser: FlaskClient, path: str, coding: str = "gzip") -> int:
    """Return the bytes that a browser fetches to show a page, without those of its words."""
    page, files, text = weights(browser, path, coding)
    return page + files - text


def weigh(name: str, browser: FlaskClient, path: str, later: Iterable[str] = ()) -> None:
    """Print the bytes of one page, in kB of 1,000."""
    page, files, text = weights(browser, path)
    brotli = beside_text(browser, path, "br")
    numbers = (page - text, files, page + files - text, text, sent(browser, later), brotli)
    print(f"| {name} | " + " | ".join(f"{number / 1000:.1f}" for number in numbers) + " |")


def main() -> None:
    """Print one row for each instrument and page."""
    print("| | page beside text | its files | together | text | after it | together, brotli |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder), min_free_mb=1))
        store: Store = app.extensions["store"]
        migrate(store.database)
        later = [f"{app.static_url_path}/{name}" for name in LATER]
        for code in INSTRUMENTS:
            new = opened(app, code)
            weigh(f"`{code}`, phone", app.test_client(), f"/r/{new.code}")
            weigh(f"`{code}`, tablet", tablet(app, new), "/k", later)
        store.database.close()


if __name__ == "__main__":
    main()
