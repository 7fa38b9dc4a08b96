"""The page of a citizen is light: a slow phone on a slow line gets it in one breath."""

import gzip
import re
from pathlib import Path

from survey.citizen.sheets import MODULES
from survey.kiosk.views import MODULES as KIOSK_MODULES
from tests.build import with_rounds

STATIC = Path(__file__).parents[4] / "survey" / "web" / "static"
SCRIPTS = ("player.js", *MODULES)
STYLES = ("base.css", "interview.css")
KILOBYTE = 1000


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, mtime=0))


def weight(names: tuple[str, ...]) -> int:
    return sum(compressed((STATIC / name).read_bytes()) for name in names)


def test_the_page_names_every_module_that_the_player_imports():
    needed, open_files = set(), ["player.js"]
    while open_files:
        text = (STATIC / open_files.pop()).read_text(encoding="utf-8")
        found = set(re.findall(r'from "\./([a-z_]+\.js)"', text)) - needed
        needed |= found
        open_files += found
    assert needed == set(MODULES)


def test_styles_scripts_and_frame_stay_within_25_kilobytes(client, database):
    with_rounds(database)
    page = client.get("/r/mo").text
    logic = re.compile(r"(<script type=.application/json[^>]*>).*?(</script>)", re.DOTALL)
    frame = re.sub(r">[^<]+<", "><", logic.sub(r"\1\2", page))
    assert weight(STYLES) <= 12 * KILOBYTE
    assert weight(SCRIPTS) + weight(STYLES) + compressed(frame.encode()) <= 25 * KILOBYTE


def test_the_shell_of_the_counter_stays_within_60_kilobytes():
    scripts = ("kiosk.js", *KIOSK_MODULES)
    assert weight((*STYLES, "kiosk.css")) + weight(scripts) <= 60 * KILOBYTE


def test_the_counter_names_every_module_that_its_player_imports():
    needed, open_files = set(), ["kiosk.js"]
    while open_files:
        text = (STATIC / open_files.pop()).read_text(encoding="utf-8")
        found = set(re.findall(r'"\./([a-z_0-9]+\.js)"', text)) - needed
        needed |= found
        open_files += found
    assert needed == set(KIOSK_MODULES)
