"""Sound files of questions: which kinds are taken, and which question and language one reads.

A kind is told from the bytes, never from a name. It must not know where sounds are kept.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Final

from survey.instruments.model import Instrument, Item
from survey.terms import ItemKind

MAX_BYTES: Final = 1024 * 1024
"""One recording: a minute of speech is a quarter of this."""

MAX_BYTES_OF_VERSION: Final = 24 * 1024 * 1024
"""All recordings of a version: what a tablet keeps for hours without a network."""

HEAD: Final = 64
MPEG_SYNC, LAYER_BITS, LAYER_THREE = 0xE0, 0x06, 0x02


def sound_type(content: bytes) -> str | None:
    """Return the media type of a sound that browsers play, None for any other bytes."""
    head = content[:HEAD]
    return next((name for name, is_such in KINDS.items() if is_such(head)), None)


def read_aloud(instrument: Instrument) -> list[Item]:
    """Return the items that can be read aloud, in the order of the form."""
    return [item for item in instrument.items if item.kind is not ItemKind.CALCULATE]


def recording_languages(instrument: Instrument) -> tuple[str, ...]:
    """Return the languages of recordings: those of texts, then those of ``media::audio`` only."""
    named = (language for item in instrument.items for language in item.audio)
    return tuple(dict.fromkeys((*instrument.languages, *named)))


def question_of_file(instrument: Instrument, name: str) -> tuple[str, str] | None:
    """Return the (item, language) that a file reads, None when its name does not say.

    The workbook's own name counts first; else ``item.language.ending``, as ``s01.vi.mp3``.
    """
    return _names(instrument).get(PurePath(name).name) or _spelled(instrument, name)


def file_name(item: Item, language: str) -> str:
    """Return how a file may be called so that it is known as this recording."""
    return item.audio.get(language) or f"{item.name}.{language}.mp3"


def _names(instrument: Instrument) -> Mapping[str, tuple[str, str]]:
    return dict(_named(instrument))


def _named(instrument: Instrument) -> Iterator[tuple[str, tuple[str, str]]]:
    for item in read_aloud(instrument):
        for language, name in item.audio.items():
            yield PurePath(name).name, (item.name, language)


def _spelled(instrument: Instrument, name: str) -> tuple[str, str] | None:
    item, dot, language = PurePath(name).stem.rpartition(".")
    is_known = item in {one.name for one in read_aloud(instrument)}
    is_spoken = language in recording_languages(instrument)
    return (item, language) if dot and is_known and is_spoken else None


def _is_mpeg(head: bytes) -> bool:
    """Tell an ID3 tag, or the frame header of MPEG layer III."""
    if head.startswith(b"ID3"):
        return True
    is_synced = len(head) > 1 and head[0] == 0xFF and head[1] & MPEG_SYNC == MPEG_SYNC  # noqa: PLR2004 - eleven bits set
    return is_synced and head[1] & LAYER_BITS == LAYER_THREE


KINDS: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "audio/webm": lambda head: head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head,
    "audio/ogg": lambda head: (
        head.startswith(b"OggS") and (b"OpusHead" in head or b"\x01vorbis" in head)
    ),
    "audio/mp4": lambda head: head[4:8] == b"ftyp",
    "audio/wav": lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE",
    "audio/mpeg": _is_mpeg,
}
