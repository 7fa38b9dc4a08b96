"""Read plain mappings (parsed YAML or JSON) so that every fault names its place and key.

Knows neither trees nor plans.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from scoring.errors import PlanError

Pair = tuple[float, float]

LARGEST = 1e15


class Entries:
    """One mapping, read key by key; ``where`` is the path that leads to it.

    Examples
    --------
    >>> Entries({"min_n": 15}, where="index.yaml").integer("min_n")
    15
    """

    def __init__(self, raw: object, *, where: str) -> None:
        self.where = where
        if not isinstance(raw, Mapping):
            raise PlanError(f"expected a mapping, got {shown(raw)}", where=where)
        odd = next((key for key in raw if not isinstance(key, str)), None)
        if odd is not None:
            raise PlanError(f"key {odd!r} must be text", where=where)
        self._raw: dict[str, object] = dict(raw)

    def __contains__(self, key: str) -> bool:
        return self._raw.get(key) is not None

    def fault(self, key: str, message: str) -> PlanError:
        """Return the error that names this place and the key."""
        return PlanError(f"{key}: {message}", where=self.where)

    def only(self, allowed: Iterable[str]) -> None:
        """Raise PlanError on a key outside ``allowed``, naming the nearest."""
        known = set(allowed)
        unknown = next((key for key in self._raw if key not in known), None)
        if unknown is not None:
            near = get_close_matches(unknown, known, 1)
            hint = f", did you mean {near[0]!r}?" if near else ""
            raise PlanError(f"unknown key {unknown!r}{hint}", where=self.where)

    def raw(self, key: str) -> object:
        """Return the value as it stands; None when it is absent."""
        return self._raw.get(key)

    def text(self, key: str) -> str:
        """Return a text that is not blank."""
        value = self._required(key)
        if not isinstance(value, str):
            raise self.fault(key, f"expected text (in quotes), got {shown(value)}")
        if not value.strip():
            raise self.fault(key, "is blank")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a text, or None when it is absent or null."""
        return self.text(key) if key in self else None

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Return one of the allowed words."""
        if key not in self and default is not None:
            return default
        value = self._required(key)
        if not isinstance(value, str) or value not in allowed:
            raise self.fault(key, f"{shown(value)} is none of {', '.join(allowed)}")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return a finite number."""
        if key not in self and default is not None:
            return default
        return finite(self._required(key), f"{self.where}: {key}")

    def integer(self, key: str, default: int | None = None) -> int:
        """Return a whole number."""
        if key not in self and default is not None:
            return default
        value = self._required(key)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST:
            return value
        raise self.fault(key, f"expected a whole number, got {shown(value)}")

    def pair(self, key: str) -> Pair:
        """Return two different finite numbers."""
        values = self.sequence(key)
        if len(values) != 2:  # noqa: PLR2004 - a pair
            raise self.fault(key, "expected two numbers")
        first, second = (finite(value, f"{self.where}: {key}") for value in values)
        if first == second:
            raise self.fault(key, "the two ends are equal")
        return first, second

    def sequence(self, key: str) -> Sequence[object]:
        """Return a list that is not empty."""
        value = self._required(key)
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.fault(key, f"expected a list, got {shown(value)}")
        if not value:
            raise self.fault(key, "is empty")
        return value

    def label(self, value: object, key: str) -> str:
        """Return a label as text; whole numbers become decimal text."""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise self.fault(key, f"write {shown(value)} as text in quotes")
        return value

    def labels(self, key: str) -> tuple[str, ...]:
        """Return a list of distinct labels."""
        found = [self.label(value, key) for value in self.sequence(key)]
        twice = next((label for label in found if found.count(label) > 1), None)
        if twice is not None:
            raise self.fault(key, f"{twice!r} stands there twice")
        return tuple(found)

    def inner(self, key: str) -> "Entries":
        """Return the mapping under a key."""
        return Entries(self._required(key), where=f"{self.where}: {key}")

    def titles(self, key: str) -> Mapping[str, str]:
        """Return texts by language; empty when absent."""
        if key not in self:
            return {}
        inner = self.inner(key)
        return {language: inner.text(language) for language in inner}

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def _required(self, key: str) -> object:
        value = self._raw.get(key)
        if value is None:
            raise PlanError(f"{key} is missing", where=self.where)
        return value


def finite(value: object, where: str) -> float:
    """Return a number of sane size, or raise PlanError naming the place."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return float(value)
    raise PlanError(f"expected a number, got {shown(value)}", where=where)


def shown(value: object) -> str:
    """Return a value for a message: short, on one line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - one line
