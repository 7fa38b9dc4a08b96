"""The page of a citizen is light: a slow phone on a slow line gets it in one breath."""

import pytest

from bench.weight import INSTRUMENTS, NAMED, beside_text, opened, sent, tablet
from survey.kiosk.shell import LATER
from tests.build import with_rounds

KILOBYTE = 1000
MOST = 25 * KILOBYTE

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("code", INSTRUMENTS)
def test_a_phone_fetches_at_most_25_kilobytes_beside_text(app, client, code):
    assert beside_text(client, f"/r/{opened(app, code).code}") <= MOST


@pytest.mark.parametrize("code", ["one_stop", "petition"])
def test_a_tablet_fetches_at_most_25_kilobytes_beside_text_for_its_first_screen(app, code):
    assert beside_text(tablet(app, opened(app, code)), "/k") <= MOST


def test_a_tablet_with_a_hundred_questions_does_so_where_it_reads_brotli(app):
    assert beside_text(tablet(app, opened(app, "sipas")), "/k", "br") <= MOST


def test_what_a_tablet_fetches_after_its_first_screen_is_light_too(app, client):
    paths = [f"{app.static_url_path}/{name}" for name in LATER]
    assert sent(client, paths) <= 10 * KILOBYTE


def test_a_page_of_questions_names_one_script_and_every_file_it_names_is_there(client, database):
    with_rounds(database)
    named = NAMED.findall(client.get("/r/mo").text)
    assert [name.rpartition("/")[2] for name in named if name.endswith(".js")] == ["player.js"]
    for path in named:
        with client.get(path) as reply:
            assert reply.status_code == 200
