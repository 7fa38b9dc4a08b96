"""Recordings: questions read aloud, made in the browser or uploaded; a list of what is missing."""

from contextlib import closing
from dataclasses import dataclass
from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from werkzeug.datastructures import FileStorage

from survey.admin.forms import PressForm
from survey.admin.words import recording_refusal
from survey.errors import InputError, NotFound
from survey.instruments.model import Instrument, Item
from survey.instruments.sounds import MAX_BYTES, file_name, read_aloud, recording_languages
from survey.operations.recordings import (
    carry_recordings,
    keep_recording,
    keep_recordings,
    remove_recording,
)
from survey.operations.round_design import File
from survey.queries.instruments import published_versions
from survey.queries.recordings import Sounds, sounds_of
from survey.queries.rounds import published_instrument
from survey.terms import Role
from survey.vietnamese import tidy
from survey.web.headers import SOUNDS, allow_microphone
from survey.web.limits import AN_HOUR, spend
from survey.web.login import admit, current_actor, current_person, staff_blueprint
from survey.web.store import reading, writing

blueprint = staff_blueprint("recordings", __name__, url_prefix="/admin/recordings")
MAX_REQUEST: Final = 7 * 1024 * 1024
"""A little less than what the proxy's example lets through."""

RECORDINGS_AN_HOUR: Final = 600
MEGABYTE: Final = 1024 * 1024
OF_VERSION: Final = "/<instrument>/<version>/<spoken>"


class FilesForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Several sound files, each named after its question and language."""

    files = MultipleFileField(_("Tệp ghi âm"), [FileRequired(_("Xin chọn tệp."))])


class SoundForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """One sound file, or what the browser has just recorded."""

    sound = FileField(_("Tệp ghi âm"), [FileRequired(_("Xin chọn tệp."))])


@dataclass(frozen=True)
class Spoken:
    """A version, one of its languages, and what is recorded of it."""

    instrument: Instrument
    language: str
    sounds: Sounds

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the version may be read."""
        return recording_languages(self.instrument)

    @property
    def items(self) -> list[Item]:
        """The items that can be read aloud."""
        return read_aloud(self.instrument)

    def address(self, item: str, language: str = "") -> str | None:
        """Return where an item is heard, None where it is missing."""
        sha256 = self.sounds.get(item, {}).get(language or self.language)
        return f"{SOUNDS}/{sha256}" if sha256 else None

    def missing(self, language: str = "") -> list[Item]:
        """Return the items without a recording."""
        return [item for item in self.items if not self.address(item.name, language)]

    def next_missing(self, item: str) -> Item | None:
        """Return the first item behind this one, else the first of all, that has no recording."""
        order = [one.name for one in self.items]
        others = [one for one in self.missing() if one.name != item]
        behind = [one for one in others if order.index(one.name) > order.index(item)]
        return next(iter(behind or others), None)


@blueprint.url_value_preprocessor
def _widen(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    request.max_content_length = MAX_REQUEST


@blueprint.get("")
@admit(Role.DESIGNER, Role.ADMIN)
def versions() -> str:
    """List the published versions and how many questions are missing in each language."""
    with reading() as connection:
        published = [
            published_instrument(connection, each.code, each.version).instrument
            for each in published_versions(connection)
        ]
        found = [
            Spoken(each, "vi", sounds_of(connection, each.code, each.version))
            for each in published
        ]
    return render_template("admin/recordings.html", versions=found)


@blueprint.get(OF_VERSION)
@admit(Role.DESIGNER, Role.ADMIN)
def version(instrument: str, version: str, spoken: str) -> str:
    """List the questions of a version in one language: recorded or missing."""
    return _list(_spoken(instrument, version, spoken))


@blueprint.post(OF_VERSION)
@admit(Role.DESIGNER, Role.ADMIN)
def upload(instrument: str, version: str, spoken: str) -> ResponseReturnValue:
    """Keep several recordings, each by the name of its file; all or none."""
    about, form = _spoken(instrument, version, spoken), FilesForm()
    if not form.validate_on_submit():
        return _list(about, [str(fault) for fault in form.files.errors]), 422
    files = [_read(storage) for storage in form.files.data]
    try:
        with writing() as connection:
            keep_recordings(connection, about.instrument, files, current_actor())
    except InputError as error:
        return _list(about, [recording_refusal(error)]), 422
    return _to_list(about, "kept")


@blueprint.post(f"{OF_VERSION}/carry")
@admit(Role.DESIGNER, Role.ADMIN)
def carry(instrument: str, version: str, spoken: str) -> ResponseReturnValue:
    """Take over from the version before what is still read the same."""
    about = _spoken(instrument, version, spoken)
    if PressForm().validate_on_submit():
        with writing() as connection:
            carry_recordings(connection, about.instrument, current_actor())
    return _to_list(about, "carried")


@blueprint.get(f"{OF_VERSION}/<item>")
@admit(Role.DESIGNER, Role.ADMIN)
def question(instrument: str, version: str, spoken: str, item: str) -> Response:
    """Show what is to be read aloud, and take a recording of it."""
    return _question(_spoken(instrument, version, spoken), item)


@blueprint.post(f"{OF_VERSION}/<item>")
@admit(Role.DESIGNER, Role.ADMIN)
def keep(instrument: str, version: str, spoken: str, item: str) -> ResponseReturnValue:
    """Keep the recording of one question."""
    about, form = _spoken(instrument, version, spoken), SoundForm()
    if not form.validate_on_submit():
        return _question(about, item, [str(fault) for fault in form.sound.errors])
    file = _read(form.sound.data)
    try:
        with writing() as connection:
            keep_recording(
                connection, about.instrument, (item, spoken), file.source, current_actor()
            )
    except InputError as error:
        return _question(about, item, [recording_refusal(error)])
    return redirect(_address("question", about, item=item, done="kept"), 303)


@blueprint.post(f"{OF_VERSION}/<item>/remove")
@admit(Role.DESIGNER, Role.ADMIN)
def remove(instrument: str, version: str, spoken: str, item: str) -> ResponseReturnValue:
    """Remove the recording of one question; NotFound."""
    about = _spoken(instrument, version, spoken)
    if PressForm().validate_on_submit():
        with writing() as connection:
            remove_recording(connection, about.instrument, (item, spoken), current_actor())
    return redirect(_address("question", about, item=item, done="removed"), 303)


def _spoken(code: str, version: str, language: str) -> Spoken:
    with reading() as connection:
        instrument = published_instrument(connection, code, version).instrument
        sounds = sounds_of(connection, code, version)
    if language not in recording_languages(instrument):
        raise NotFound("not-found", where="language", got=language)
    return Spoken(instrument, language, sounds)


def _read(storage: FileStorage) -> File:
    """Return an uploaded file; count it against the person."""
    spend("recording", RECORDINGS_AN_HOUR, current_person().id, seconds=AN_HOUR)
    with closing(storage):
        return File(storage.read(MAX_BYTES + 1), tidy(storage.filename or ""))


def _list(about: Spoken, refusals: list[str] | None = None) -> str:
    return render_template(
        "admin/recordings_version.html",
        about=about,
        form=FilesForm(formdata=None),
        press_form=PressForm(formdata=None),
        file_name=file_name,
        most=MAX_REQUEST // MEGABYTE,
        refusals=refusals or [],
        done=request.args.get("done"),
    )


def _question(about: Spoken, name: str, refusals: list[str] | None = None) -> Response:
    item = next((one for one in about.items if one.name == name), None)
    if item is None:
        raise NotFound("not-found", where="item", got=name)
    page = render_template(
        "admin/recording.html",
        about=about,
        item=item,
        form=SoundForm(formdata=None),
        press_form=PressForm(formdata=None),
        refusals=refusals or [],
        done=request.args.get("done"),
    )
    return allow_microphone(make_response(page, 422 if refusals else 200))


def _to_list(about: Spoken, done: str) -> Response:
    response: Response = make_response(redirect(_address("version", about, done=done), 303))
    return response


def _address(page: str, about: Spoken, **facts: str) -> str:
    instrument = about.instrument
    return url_for(
        f"recordings.{page}",
        _external=False,
        instrument=instrument.code,
        version=instrument.version,
        spoken=about.language,
        **facts,
    )
