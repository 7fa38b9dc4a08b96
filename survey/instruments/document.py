"""A compiled instrument as JSON: kept with each published version, sent to player and API.

``to_document`` leaves out what has its default value; ``from_document`` puts it back, so the
round trip is exact.
"""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from survey.instruments.model import Instrument, Item, Option, Section
from survey.terms import ItemKind

Document: TypeAlias = dict[str, Any]
"""Parsed JSON, whose leaves have any JSON type."""


def to_document(instrument: Instrument) -> Document:
    """Return the instrument as a JSON object of plain lists, objects, texts and numbers."""
    document = _fields(instrument)
    document["sections"] = [_fields(section) for section in instrument.sections]
    document["items"] = [_item(item) for item in instrument.items]
    return document


def from_document(document: Mapping[str, Any]) -> Instrument:
    """Return the instrument that ``to_document`` wrote."""
    return Instrument(
        **{
            **document,
            "languages": tuple(document["languages"]),
            "sections": tuple(Section(**section) for section in document["sections"]),
            "items": tuple(_read_item(item) for item in document["items"]),
        }
    )


def canonical(document: Mapping[str, Any]) -> str:
    """Return the one JSON text of a document: sorted keys, no blanks, letters as they are."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def api_view(instrument: Instrument) -> Document:
    """Return the body of GET /api/v1/instruments/<code>/<version>."""
    return {
        "instrument": instrument.code,
        "version": instrument.version,
        "sha256": instrument.sha256,
        "languages": list(instrument.languages),
        "items": [_item_view(item) for item in instrument.items],
    }


def _fields(value: Instrument | Section | Item | Option) -> Document:
    return {
        spot.name: _plain(getattr(value, spot.name))
        for spot in dataclasses.fields(value)
        if not _is_default(spot, getattr(value, spot.name))
    }


def _is_default(spot: dataclasses.Field[object], value: object) -> bool:
    if spot.default_factory is not dataclasses.MISSING:
        return value == spot.default_factory()
    return spot.default is not dataclasses.MISSING and value == spot.default


def _plain(value: object) -> object:
    if isinstance(value, ItemKind):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _item(item: Item) -> Document:
    document = _fields(item)
    if item.options:
        document["options"] = [_fields(option) for option in item.options]
    return document


def _read_item(document: Mapping[str, Any]) -> Item:
    return Item(
        **{
            **document,
            "kind": ItemKind(document["kind"]),
            "options": tuple(Option(**option) for option in document.get("options", ())),
            "missing_options": tuple(document.get("missing_options", ())),
            "span": tuple(document["span"]) if "span" in document else None,
        }
    )


def _item_view(item: Item) -> Document:
    return {
        "name": item.name,
        "type": item.kind.value,
        "label": cast("Document", item.label),
        "required": item.required,
        "choices": [{"name": option.name, "label": option.label} for option in item.options],
        "relevant": item.relevant,
        "constraint": item.constraint,
    }
