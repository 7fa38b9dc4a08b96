"""Makes the pictures of docs/images: ``make screenshots``, or with a folder and subjects named."""

import logging
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import structlog
from playwright.sync_api import Browser

from survey.operations.places import bring_builtin_places
from tests.browser import (
    check_pictures,
    citizen_pictures,
    kiosk_pictures,
    paper_pictures,
    slip_pictures,
    staff_pictures,
)
from tests.browser.camera import Camera, camera
from tests.browser.live import Live, serving
from tests.browser.picture_index import PAGE, index_of
from tests.chromium import system_chromium

FOLDER: Final = Path(__file__).parents[2] / "docs" / "images"
SUBJECTS: Final[Mapping[str, Callable[[Browser, Live, Camera], None]]] = {
    "citizen": citizen_pictures.take,
    "slip": slip_pictures.take,
    "kiosk": kiosk_pictures.take,
    "check": check_pictures.take,
    "paper": paper_pictures.take,
    "staff": staff_pictures.take,
}
NAMES: Final = frozenset().union(
    citizen_pictures.NAMES,
    slip_pictures.NAMES,
    kiosk_pictures.NAMES,
    check_pictures.NAMES,
    paper_pictures.NAMES,
    staff_pictures.NAMES,
)
"""Every picture of the documentation, without its ending."""


def main(folder: Path, subjects: list[str]) -> None:
    """Take the pictures of these subjects; without any, all of them, and remove others."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    data = Path(tempfile.mkdtemp())
    with serving(data) as live, system_chromium() as chromium, camera(chromium, folder) as kept:
        with live.app.extensions["store"].database.writing() as connection:
            bring_builtin_places(connection)
        for subject in subjects or SUBJECTS:
            SUBJECTS[subject](chromium, live, kept)
        if not subjects:
            kept.forget_others()
    if folder == FOLDER:
        PAGE.write_text(index_of(NAMES), encoding="utf-8")
    shutil.rmtree(data)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(Path(arguments[0]) if arguments else FOLDER, arguments[1:])
