"""A workbook with ``media::audio`` columns: published, the missing listed, one sent and played."""

import io

import pytest
from flask.testing import FlaskClient

from survey.instruments.sounds import recording_languages
from survey.operations.rounds import open_round
from survey.queries.rounds import published_instrument
from survey.seals import sha256_hex
from tests.build import a_round
from tests.unit.survey.admin.conftest import (  # noqa: F401 - fixtures of the same door
    enter,
    password_hash,
    settings,
    staff,
)
from tests.unit.survey.instruments.workbooks import EN, SURVEY, VI, changed, write_xlsx
from tests.unit.survey.recordings.sounds import HEADS, a_sound

THAI = "Tiếng Thái (blt)"
SEX = {"vi": "gioi_tinh.mp3", "en": "sex.mp3", "blt": "gioi_tinh_thai.mp3"}
MISSING = ">còn thiếu<"
N_READ = 8
"""Questions and notes of the small questionnaire; its calculation is not read."""


@pytest.fixture
def de(enter, database) -> FlaskClient:  # noqa: F811 - a fixture
    """A designer who has published the workbook; its round is open."""
    headings = {"vi": VI, "en": EN, "blt": THAI}
    cells = {f"media::audio::{headings[code]}": name for code, name in SEX.items()}
    survey = changed(SURVEY, "sex", **cells)
    survey = changed(survey, "age", **{f"media::audio::{VI}": "tuoi.wav"})
    browser = enter("de")
    workbook = io.BytesIO(write_xlsx(survey=survey)), "phiếu.xlsx"
    assert browser.post("/admin/instruments", data={"workbook": workbook}).status_code == 303
    with database.writing() as connection:
        open_round(connection, a_round("nghe", place_item=None))
    return browser


def listed(browser: FlaskClient, language: str) -> str:
    return browser.get(f"/admin/recordings/small/1/{language}").text


def send(browser: FlaskClient, name: str, content: bytes) -> int:
    files = {"files": (io.BytesIO(content), name)}
    return browser.post("/admin/recordings/small/1/vi", data=files).status_code


@pytest.mark.usefixtures("de")
def test_the_names_of_every_language_are_kept(database):
    with database.reading() as connection:
        small = published_instrument(connection, "small", "1").instrument
    assert small.item("sex").audio == SEX
    assert small.item("age").audio == {"vi": "tuoi.wav"}
    assert small.item("remark").audio == {}
    assert recording_languages(small) == ("vi", "en", "blt")


@pytest.mark.parametrize("language", SEX)
def test_staff_see_which_files_are_missing_in_each_language(de, language):
    page = listed(de, language)
    assert page.count(MISSING) == N_READ
    assert f"<code>{SEX[language]}</code>" in page
    assert ("<code>tuoi.wav</code>" in page) is (language == "vi")


def test_a_file_of_that_name_is_read_aloud_to_citizens(de, client, app):
    sounds = {"gioi_tinh_thai.mp3": HEADS["audio/mpeg"], "tuoi.wav": a_sound()}
    for name, content in sounds.items():
        assert send(de, name, content) == 303
    assert listed(de, "blt").count(MISSING) == N_READ - 1
    assert listed(de, "vi").count(MISSING) == N_READ - 1
    assert listed(de, "en").count(MISSING) == N_READ
    app.config["WTF_CSRF_ENABLED"] = True
    form = client.get("/r/nghe").text
    for content in sounds.values():
        address = f"/audio/{sha256_hex(content)}"
        assert f'href="{address}"' in form
        assert client.get(address).data == content
    assert "tiếng Thái" in form


def test_a_file_of_no_question_is_refused_by_its_name(de):
    assert send(de, "gioi_tinh_dao.mp3", HEADS["audio/mpeg"]) == 422
