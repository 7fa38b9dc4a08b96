"""Recordings: told from bytes, matched by name, bounded, carried while words are the same."""

import dataclasses

import pytest
from sqlalchemy import select

from survey.errors import InputError, NotFound
from survey.instruments.document import from_document, to_document
from survey.instruments.sounds import (
    MAX_BYTES,
    file_name,
    question_of_file,
    recording_languages,
    sound_type,
)
from survey.models.audit import AuditEntry
from survey.operations import recordings
from survey.operations.recordings import (
    carry_recordings,
    keep_recording,
    keep_recordings,
    remove_recording,
)
from survey.operations.round_design import File
from survey.operations.rounds import publish_instrument
from survey.queries.recordings import sound, sounds_of
from survey.queries.staff import OPERATOR
from survey.seals import sha256_hex
from tests.build import an_instrument
from tests.unit.survey.recordings.sounds import HEADS, a_sound


def in_thai(version: str = "1"):
    """The small instrument, one question of which its workbook has read aloud in Thái too."""
    small = an_instrument(version)
    items = tuple(
        dataclasses.replace(item, audio={"vi": "hai_long.mp3", "blt": "hai_long_thai.mp3"})
        if item.name == "s01"
        else item
        for item in small.items
    )
    return dataclasses.replace(small, items=items)


@pytest.fixture
def connection(app, database):  # noqa: ARG001 - the application brings the schema
    with database.writing() as connection:
        publish_instrument(connection, in_thai())
        yield connection


@pytest.mark.parametrize("kind", HEADS)
def test_a_kind_is_told_from_the_bytes(kind):
    assert sound_type(HEADS[kind] + b"\x00" * 100) == kind


def test_a_wav_and_a_bare_mpeg_frame_are_sounds():
    assert sound_type(a_sound()) == "audio/wav"
    assert sound_type(b"\xff\xfb\x90\x00" + b"\x00" * 100) == "audio/mpeg"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<html><script>", b"RIFF\x00\x00\x00\x00WEBP", b"OggS and more, but no sound",
        b"\x1aE\xdf\xa3 matroska", b"\xff\xd8\xff\xe0 a picture", b"PK\x03\x04", b"%PDF-1.7",
        b"\x7fELF", b"#!/bin/sh",
    ],
)  # fmt: skip
def test_whatever_else_is_no_sound(content):
    assert sound_type(content) is None


def test_names_of_the_workbook_and_spelled_names_are_matched():
    instrument = in_thai()
    assert recording_languages(instrument) == ("vi", "en", "blt")
    assert question_of_file(instrument, "hai_long_thai.mp3") == ("s01", "blt")
    assert question_of_file(instrument, "age.en.webm") == ("age", "en")
    for name in ("age.fr.webm", "nobody.vi.webm", "age.webm", "hai_long"):
        assert question_of_file(instrument, name) is None
    assert file_name(instrument.item("s01"), "blt") == "hai_long_thai.mp3"
    assert file_name(instrument.item("age"), "en") == "age.en.mp3"


def test_the_names_survive_publication():
    assert from_document(to_document(in_thai())) == in_thai()


def test_a_newer_recording_takes_the_place_of_the_older(connection):
    first, second = a_sound(), a_sound(level=1)
    for content in (first, second):
        keep_recording(connection, in_thai(), ("s01", "vi"), content, OPERATOR)
    assert sounds_of(connection, "small", "1") == {"s01": {"vi": sha256_hex(second)}}
    assert sound(connection, sha256_hex(second)).content == second
    with pytest.raises(NotFound):
        sound(connection, sha256_hex(first))
    deeds = connection.scalars(select(AuditEntry.object).order_by(AuditEntry.seq)).all()
    assert deeds[-2:] == ["instrument:small/1/s01"] * 2


def test_what_is_no_sound_or_too_large_is_refused_and_the_old_one_stays(database, connection):
    keep_recording(connection, in_thai(), ("s01", "vi"), a_sound(), OPERATOR)
    connection.commit()
    for content, code in ((b"MZ", "not-a-sound"), (a_sound(MAX_BYTES / 8000), "sound-too-large")):
        with pytest.raises(InputError) as caught, database.writing() as other:
            keep_recording(other, in_thai(), ("s01", "vi"), content, OPERATOR)
        assert caught.value.code == code
    with database.reading() as other:
        assert sounds_of(other, "small", "1") == {"s01": {"vi": sha256_hex(a_sound())}}


def test_a_version_holds_a_bounded_amount(connection, monkeypatch):
    monkeypatch.setattr(recordings, "MAX_BYTES_OF_VERSION", len(a_sound()) + 10)
    keep_recording(connection, in_thai(), ("s01", "vi"), a_sound(), OPERATOR)
    keep_recording(connection, in_thai(), ("s01", "vi"), a_sound(level=1), OPERATOR)
    with pytest.raises(InputError, match="sounds-full"):
        keep_recording(connection, in_thai(), ("s01", "en"), a_sound(), OPERATOR)


@pytest.mark.parametrize("question", [("s01", "fr"), ("nobody", "vi")])
def test_only_questions_of_the_version_are_read(connection, question):
    with pytest.raises(NotFound):
        keep_recording(connection, in_thai(), question, a_sound(), OPERATOR)


def test_files_are_kept_all_or_none(database, connection):
    connection.commit()
    good = [File(a_sound(), "hai_long.mp3"), File(a_sound(level=1), "age.vi.wav")]
    with pytest.raises(InputError) as caught, database.writing() as other:
        keep_recordings(other, in_thai(), [*good, File(a_sound(), "x.mp3")], OPERATOR)
    assert (caught.value.code, caught.value.where) == ("unknown-recording-name", "x.mp3")
    with database.writing() as other:
        assert sounds_of(other, "small", "1") == {}
        assert keep_recordings(other, in_thai(), good, OPERATOR) == 2
        assert set(sounds_of(other, "small", "1")) == {"s01", "age"}


def test_a_removed_recording_is_gone(connection):
    keep_recording(connection, in_thai(), ("s01", "vi"), a_sound(), OPERATOR)
    remove_recording(connection, in_thai(), ("s01", "vi"), OPERATOR)
    assert sounds_of(connection, "small", "1") == {}
    with pytest.raises(NotFound):
        remove_recording(connection, in_thai(), ("s01", "vi"), OPERATOR)


def test_only_what_is_still_read_the_same_is_carried_to_the_next_version(connection):
    for item in ("s01", "age"):
        keep_recording(connection, in_thai(), (item, "vi"), a_sound(), OPERATOR)
    newer = in_thai("2")
    items = tuple(
        dataclasses.replace(item, label={"vi": "Ông/Bà bao nhiêu tuổi?", "en": "Question age"})
        if item.name == "age"
        else item
        for item in newer.items
    )
    newer = dataclasses.replace(newer, items=items)
    publish_instrument(connection, newer)
    assert carry_recordings(connection, newer, OPERATOR) == 1
    assert set(sounds_of(connection, "small", "2")) == {"s01"}
    assert carry_recordings(connection, newer, OPERATOR) == 0
