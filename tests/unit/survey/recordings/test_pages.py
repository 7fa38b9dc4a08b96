"""Pages of recordings: the missing are listed, files taken by name, players get the sounds."""

import dataclasses
import io

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from config import Settings
from survey.operations.recordings import keep_recording
from survey.queries.recordings import sounds_of
from survey.queries.staff import OPERATOR
from survey.seals import sha256_hex
from survey.web.limits import init_limits
from tests.build import an_instrument, with_rounds
from tests.unit.survey.admin.conftest import (  # noqa: F401 - fixtures of the same door
    enter,
    password_hash,
    staff,
)
from tests.unit.survey.recordings.sounds import HEADS, a_sound

ADDRESS = "/admin/recordings"
IN_VIETNAMESE = f"{ADDRESS}/small/1/vi"


@pytest.fixture
def settings(settings) -> Settings:
    return dataclasses.replace(settings, rate_login=10**6)


@pytest.fixture
def de(enter, database):  # noqa: F811 - a fixture
    """A designer at a browser; the small instrument is published and its round is open."""
    browser = enter("de")
    with_rounds(database)
    return browser


def keep(database, item="s01", language="vi", content=b""):
    with database.writing() as connection:
        keep_recording(
            connection, an_instrument(), (item, language), content or a_sound(), OPERATOR
        )
    return f"/audio/{sha256_hex(content or a_sound())}"


def send(browser, *named: tuple[str, bytes]):
    """Post files of any size; the client's own encoding of large ones leaves a file open."""
    uploads = [FileStorage(io.BytesIO(content), name) for name, content in named]
    boundary, body = encode_multipart(MultiDict([("files", upload) for upload in uploads]))
    kind = f'multipart/form-data; boundary="{boundary}"'
    return browser.post(IN_VIETNAMESE, data=body, content_type=kind)


def test_the_missing_are_counted_and_listed(de, database):
    keep(database)
    assert "1 trên 9 câu" in de.get(ADDRESS).text
    page = de.get(IN_VIETNAMESE).text
    assert "Còn thiếu 8 trên 9 câu" in page
    assert page.count(">còn thiếu<") == 8
    assert "age.vi.mp3" in page


def test_several_files_are_taken_by_their_names(de, database):
    named = ("s01.vi.wav", a_sound()), ("age.en.webm", HEADS["audio/webm"])
    assert send(de, *named).status_code == 303
    with database.reading() as connection:
        assert {item: list(by) for item, by in sounds_of(connection, "small", "1").items()} == {
            "age": ["en"], "s01": ["vi"],
        }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nobody.vi.mp3", HEADS["audio/mpeg"], "nobody.vi.mp3 không cho biết"),
        ("s01.vi.mp3", b"<script>alert(1)</script>", "không phải âm thanh"),
        ("s01.vi.wav", a_sound(140), "lớn hơn 1 MB"),
    ],
)
def test_a_file_that_is_not_taken_is_explained(de, database, name, content, words):
    reply = send(de, (name, content))
    assert reply.status_code == 422
    assert words in reply.text
    with database.reading() as connection:
        assert sounds_of(connection, "small", "1") == {}


def test_a_request_beyond_the_limit_is_refused(de):
    sent = ((f"s0{n}.vi.wav", bytes(1024 * 1024)) for n in range(8))
    assert send(de, *sent).status_code == 413


def test_one_question_is_recorded_heard_and_removed(de):
    address = f"{IN_VIETNAMESE}/s01"
    page = de.get(address)
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    assert "Phương án 3" in page.text
    kept = de.post(address, data={"sound": (io.BytesIO(a_sound()), "recording")})
    assert kept.location.endswith(f"{address}?done=kept")
    assert f"/audio/{sha256_hex(a_sound())}" in de.get(address).text
    assert de.post(f"{address}/remove").status_code == 303
    assert "/audio/" not in de.get(address).text


def test_no_other_page_may_use_the_microphone(de):
    assert "microphone=()" in de.get(IN_VIETNAMESE).headers["Permissions-Policy"]


def test_uploads_are_counted_against_the_person(de, app, monkeypatch):
    monkeypatch.setattr("survey.admin.recordings.RECORDINGS_AN_HOUR", 1)
    init_limits(app)
    sent = {"sound": (io.BytesIO(a_sound()), "x")}
    assert de.post(f"{IN_VIETNAMESE}/s01", data=sent).status_code == 303
    sent = {"sound": (io.BytesIO(a_sound()), "x")}
    assert de.post(f"{IN_VIETNAMESE}/s01", data=sent).status_code == 429


@pytest.mark.parametrize("path", ["small/1/fr", "small/9/vi", "small/1/vi/nobody"])
def test_what_does_not_exist_is_not_found(de, path):
    assert de.get(f"{ADDRESS}/{path}").status_code in {404, 422}


def test_a_sound_is_sent_for_good_and_never_as_anything_else(client, database):
    with_rounds(database)
    address = keep(database)
    reply = client.get(address)
    assert reply.data == a_sound()
    assert reply.headers["Content-Type"] == "audio/wav"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/audio/" + "0" * 64).status_code == 404


def test_a_part_of_a_sound_may_be_asked_for(client, database):
    with_rounds(database)
    reply = client.get(keep(database), headers={"Range": "bytes=10-19"})
    assert (reply.status_code, reply.data) == (206, a_sound()[10:20])
    assert reply.headers["Content-Range"] == f"bytes 10-19/{len(a_sound())}"


def test_the_long_form_links_to_what_is_recorded_and_to_nothing_else(client, database):
    with_rounds(database)
    assert "/audio/" not in client.get("/r/mo").text
    vi, en = keep(database), keep(database, language="en", content=a_sound(level=1))
    database.recent.forget()
    page = client.get("/r/mo").text
    assert page.count("/audio/") == 2
    assert f'href="{vi}" data-in="vi">' in page
    assert f'href="{en}" data-in="en" hidden>' in page
    assert "<audio" not in page
