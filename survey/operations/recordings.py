"""Deeds about questions read aloud: keep a recording, remove one, carry those that still hold."""

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from survey.errors import InputError, NotFound
from survey.instruments.model import Instrument, Item
from survey.instruments.sounds import (
    MAX_BYTES,
    MAX_BYTES_OF_VERSION,
    question_of_file,
    read_aloud,
    recording_languages,
    sound_type,
)
from survey.models import InstrumentVersion, Recording
from survey.operations.audit import record
from survey.operations.round_design import File
from survey.queries.recordings import bytes_of_version, sounds_of
from survey.queries.rounds import published_instrument
from survey.queries.staff import Actor
from survey.seals import sha256_hex
from survey.terms import AuditAction

Question = tuple[str, str]
"""The name of an item, and the language in which it is read."""


def keep_recording(
    connection: Connection, instrument: Instrument, question: Question, content: bytes, by: Actor
) -> None:
    """Keep a recording in the place of the former one; raise InputError or NotFound.

    ``not-a-sound``, ``sound-too-large``, ``sounds-full`` say why it is not taken.
    """
    item, language = question
    _require_question(instrument, question)
    media_type = sound_type(content)
    if len(content) > MAX_BYTES:
        raise InputError("sound-too-large", where=item)
    if media_type is None:
        raise InputError("not-a-sound", where=item)
    connection.execute(delete(Recording).where(_is_of(instrument, question)))
    total = bytes_of_version(connection, instrument.code, instrument.version)
    if total + len(content) > MAX_BYTES_OF_VERSION:
        raise InputError("sounds-full", where=item)
    sha256 = sha256_hex(content)
    connection.execute(
        insert(Recording).values(
            instrument=instrument.code,
            version=instrument.version,
            item=item,
            language=language,
            sha256=sha256,
            media_type=media_type,
            content=content,
        )
    )
    detail: dict[str, str | int] = {"language": language, "sha256": sha256}
    record(connection, by, AuditAction.RECORDING_KEPT, _name(instrument, item), detail=detail)


def keep_recordings(
    connection: Connection, instrument: Instrument, files: list[File], by: Actor
) -> int:
    """Keep a recording from each file, by its name; return how many. All are kept or none.

    Raise InputError ``unknown-recording-name`` naming the file, and as ``keep_recording``.
    """
    for file in files:
        question = question_of_file(instrument, file.name)
        if question is None:
            raise InputError("unknown-recording-name", where=file.name)
        keep_recording(connection, instrument, question, file.source, by)
    return len(files)


def remove_recording(
    connection: Connection, instrument: Instrument, question: Question, by: Actor
) -> None:
    """Remove a recording; raise NotFound."""
    gone = connection.execute(delete(Recording).where(_is_of(instrument, question)))
    if not gone.rowcount:
        raise NotFound("unknown-recording", where="recording")
    item, language = question
    on, detail = _name(instrument, item), {"language": language}
    record(connection, by, AuditAction.RECORDING_REMOVED, on, detail=detail)


def carry_recordings(connection: Connection, instrument: Instrument, by: Actor) -> int:
    """Take over, from the version before, what is still read the same; return how many.

    A question is read the same while neither its words nor those of its choices have changed.
    """
    before = _version_before(connection, instrument)
    if before is None:
        return 0
    kept = sounds_of(connection, instrument.code, instrument.version)
    old = sounds_of(connection, before.code, before.version)
    carried = [
        (item.name, language)
        for item in read_aloud(instrument)
        for language in old.get(item.name, {})
        if language not in kept.get(item.name, {}) and _is_same(item, before, language)
    ]
    for question in carried:
        keep_recording(
            connection, instrument, question, _content(connection, before, question), by
        )
    return len(carried)


def _require_question(instrument: Instrument, question: Question) -> None:
    item, language = question
    is_item = item in {one.name for one in read_aloud(instrument)}
    if not is_item or language not in recording_languages(instrument):
        raise NotFound("unknown-question", where="recording", got=f"{item}.{language}")


def _is_same(item: Item, before: Instrument, language: str) -> bool:
    old = before.items_by_name.get(item.name)
    return old is not None and _words(old, language) == _words(item, language)


def _words(item: Item, language: str) -> list[str | None]:
    """Return what is read of an item; without words in a language, those in Vietnamese."""
    tongue = language if language in item.label else "vi"
    options = [option.label.get(tongue) for option in item.options]
    return [item.label.get(tongue), item.hint.get(tongue), *options]


def _version_before(connection: Connection, instrument: Instrument) -> Instrument | None:
    columns = InstrumentVersion.code, InstrumentVersion.version, InstrumentVersion.published_at
    this = published_instrument(connection, instrument.code, instrument.version)
    earlier = connection.execute(
        select(*columns)
        .where(
            InstrumentVersion.code == instrument.code,
            InstrumentVersion.version != instrument.version,
            InstrumentVersion.published_at <= this.published_at,
        )
        .order_by(InstrumentVersion.published_at.desc(), InstrumentVersion.version.desc())
        .limit(1)
    ).one_or_none()
    if earlier is None:
        return None
    return published_instrument(connection, earlier.code, earlier.version).instrument


def _content(connection: Connection, instrument: Instrument, question: Question) -> bytes:
    found = select(Recording.content).where(_is_of(instrument, question))
    return bytes(connection.execute(found).scalar_one())


def _is_of(instrument: Instrument, question: Question) -> ColumnElement[bool]:
    item, language = question
    return and_(
        Recording.instrument == instrument.code,
        Recording.version == instrument.version,
        Recording.item == item,
        Recording.language == language,
    )


def _name(instrument: Instrument, item: str) -> str:
    return f"instrument:{instrument.code}/{instrument.version}/{item}"
