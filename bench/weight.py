"""What a citizen's phone and a counter's tablet fetch, compressed, beside the text itself.

Text is what people read and the logic of the questions; everything else is ours to keep small.
Run: ``python -m bench.weight``.
"""

import gzip
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from survey.app import create_app
from survey.citizen.sheets import MODULES
from survey.db.schema import migrate
from survey.instruments.loader import load_builtin
from survey.kiosk.views import FIRST, LATER
from survey.operations.kiosks import Counter, offer_enrolment, take_enrolment
from survey.operations.rounds import NewRound, open_round, publish_instrument
from survey.web.assets import STATIC
from survey.web.store import Store
from tests.browser.live import a_round

INSTRUMENTS = ("one_stop", "petition", "sipas")
STYLES = ("base.css", "interview.css")
LOGIC = re.compile(r"(<script type=.application/json[^>]*>).*?(</script>)", re.DOTALL)
WORDS = re.compile(r">[^<]+<")
PLACE = "03979"


def pressed(content: bytes) -> int:
    """Return the bytes of a content as gzip."""
    return len(gzip.compress(content, mtime=0))


def files(names: Iterable[str]) -> int:
    """Return the bytes of static files, each compressed by itself as they are sent."""
    return sum(pressed((STATIC / name).read_bytes()) for name in names)


def frame(page: str) -> int:
    """Return the bytes of a page without its words and its logic."""
    return pressed(WORDS.sub("><", LOGIC.sub(r"\1\2", page)).encode())


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


def main() -> None:
    """Print one row for each instrument and page."""
    player = files(("player.js", *MODULES)) + files(STYLES)
    counter = files(("kiosk.js", *FIRST)) + files((*STYLES, "kiosk.css"))
    rest = files(LATER)
    print("| page | frame | scripts and styles | together | with text | after the first screen |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder), min_free_mb=1))
        store: Store = app.extensions["store"]
        migrate(store.database)
        for code in INSTRUMENTS:
            new = opened(app, code)
            row(f"`{code}`, phone", app.test_client().get(f"/r/{new.code}").text, player, 0)
            row(f"`{code}`, tablet", tablet(app, new).get("/k").text, counter, rest)
        store.database.close()


def row(name: str, page: str, beside: int, rest: int) -> None:
    """Print the bytes of one page, in kB of 1,000."""
    ours = frame(page) + beside
    numbers = (frame(page), beside, ours, pressed(page.encode()) + beside, rest)
    print(f"| {name} | " + " | ".join(f"{number / 1000:.1f}" for number in numbers) + " |")


if __name__ == "__main__":
    main()
