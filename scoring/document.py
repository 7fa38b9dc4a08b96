"""A result as the JSON of the contract. Opens no file."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from scoring.result import Result

Rows: TypeAlias = Sequence[Mapping[str, object]]


def as_json(
    result: Result,
    version: str,
    plan_sha256: str,
    tests: Rows = (),
    further: Mapping[str, Rows] = MappingProxyType({}),
) -> str:
    """Return the result of an engine and a plan as JSON.

    Parameters
    ----------
    result, version, plan_sha256 : as the contract has them
    tests : one for each difference, its keys beside the difference's; none = not tested
    further : lists beside the contract's, by name; empty ones are left out
    """
    differences = [_plain(row._asdict()) for row in result.differences]
    for difference, test in zip(differences, tests, strict=bool(tests)):
        difference.update(test)
    document: dict[str, object] = {
        "engine": version,
        "plan_sha256": plan_sha256,
        "estimates": [_plain(row._asdict()) for row in result.estimates],
        "differences": differences,
    }
    document.update({name: rows for name, rows in further.items() if rows})
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row with its mappings and notes as JSON knows them."""
    return {key: _plain_value(value) for key, value in row.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return [note._asdict() for note in value] if isinstance(value, tuple) else value
