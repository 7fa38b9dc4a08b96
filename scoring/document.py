"""A result as the JSON of the contract. Opens no file."""

import json
from collections.abc import Mapping, Sequence

from scoring.result import Result


def as_json(
    result: Result, version: str, plan_sha256: str, ranks: Sequence[Mapping[str, object]] = ()
) -> str:
    """Return the result of an engine and a plan as JSON; ranks only where there are any."""
    document: dict[str, object] = {
        "engine": version,
        "plan_sha256": plan_sha256,
        "estimates": [_plain(row._asdict()) for row in result.estimates],
        "differences": [_plain(row._asdict()) for row in result.differences],
    }
    if ranks:
        document["ranks"] = ranks
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row with its mappings and notes as JSON knows them."""
    return {key: _plain_value(value) for key, value in row.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return [note._asdict() for note in value] if isinstance(value, tuple) else value
