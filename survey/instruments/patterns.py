r"""Regular expressions that Python and JavaScript read alike, and that cannot run away.

The subset: literal characters, ``.``, classes ``[a-z0-9]`` and ``[^...]``, ``\d \w \s`` (ASCII
only), escaped punctuation, groups ``(...)`` and ``(?:...)``, ``|``, and the quantifiers
``* + ? {n} {n,} {n,m}``. A pattern always means the whole text, as in ODK Collect, so ``^`` and
``$`` are allowed at the ends and say nothing more. Look-around, back-references, lazy
quantifiers and Unicode classes are refused.

A backtracking matcher tries at most as many ways as the product of the freedoms in a pattern:
``ways`` counts them, and a pattern with too many is refused when it is loaded. For that bound,
texts longer than MAX_TEXT never match.
"""

import re
from dataclasses import dataclass
from typing import Final

from survey.instruments.mistakes import MistakeFound, say

MAX_TEXT: Final = 255
_MAX_PATTERN: Final = 200
_MAX_WAYS: Final = MAX_TEXT**3
_SHORTHANDS: Final = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \\t\\n\\r\\f\\v"}
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_LETTERS: Final = {control: letter for letter, control in _CONTROLS.items()}
_IN_SET: Final = frozenset("\\]^-[")
_SPECIAL: Final = frozenset("^$\\.*+?()[]{}|/")
_QUANTIFIER: Final = re.compile(r"[*+?]|\{([0-9]{1,3})(,([0-9]{0,3}))?\}")


@dataclass(frozen=True)
class _Part:
    """A piece of a pattern as both languages write it, and in how many ways it may match."""

    source: str
    ways: int = 1


def normalise(pattern: str) -> str:
    """Return the pattern in its common form; raise MistakeFound outside the safe subset."""
    if len(pattern) > _MAX_PATTERN:
        raise MistakeFound(say("pattern-long", limit=_MAX_PATTERN))
    reader = _Reader(pattern)
    whole = reader.alternatives(depth=0)
    if reader.position < len(pattern):
        raise reader.mistake(pattern[reader.position])
    return whole.source


class _Reader:
    """A recursive-descent reader over one pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    def mistake(self, got: str) -> MistakeFound:
        """Return the error for something outside the subset."""
        return MistakeFound(say("pattern", got=got, pattern=self.pattern))

    def _peek(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def _take(self) -> str:
        sign = self._peek()
        if not sign:
            raise self.mistake(self.pattern[-1:])
        self.position += 1
        return sign

    def alternatives(self, depth: int) -> _Part:
        """Read ``a|b|c`` up to the closing bracket or the end."""
        parts = [self._sequence(depth)]
        while self._peek() == "|":
            self._take()
            parts.append(self._sequence(depth))
        ways = sum(part.ways for part in parts)
        return self._bounded("|".join(part.source for part in parts), ways)

    def _sequence(self, depth: int) -> _Part:
        source, ways = "", 1
        if depth == 0 and self._peek() == "^":
            self._take()
        while self._peek() not in {"", "|", ")"}:
            if depth == 0 and self._peek() == "$":
                self._take()
                break
            part = self._quantified(depth)
            source += part.source
            ways *= part.ways
        return self._bounded(source, ways)

    def _quantified(self, depth: int) -> _Part:
        atom = self._atom(depth)
        match = _QUANTIFIER.match(self.pattern, self.position)
        if match is None:
            return atom
        self.position = match.end()
        low, high = _bounds(match)
        if low > high or (self._peek() and self._peek() in "*+?{"):
            raise self.mistake(match.group())
        ways = sum(atom.ways**times for times in range(low, high + 1))
        return self._bounded(atom.source + match.group(), ways)

    def _bounded(self, source: str, ways: int) -> _Part:
        if ways > _MAX_WAYS:
            raise MistakeFound(say("pattern-wild", got=self.pattern))
        return _Part(source, ways)

    def _atom(self, depth: int) -> _Part:
        sign = self._take()
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return _Part(self._set())
        if sign == ".":
            return _Part("[^\\n]")
        if sign == "\\":
            return _Part(self._escape())
        if sign in _SPECIAL and sign != "/":
            raise self.mistake(sign)
        return _Part(_quoted(sign))

    def _group(self, depth: int) -> _Part:
        if self._peek() == "?":
            if self.pattern[self.position : self.position + 2] != "?:":
                raise self.mistake("(?")
            self.position += 2
        inner = self.alternatives(depth + 1)
        if self._peek() != ")":
            raise self.mistake("(")
        self._take()
        return _Part(f"(?:{inner.source})", inner.ways)

    def _escape(self) -> str:
        sign = self._take()
        if sign in _SHORTHANDS:
            return f"[{_SHORTHANDS[sign]}]"
        if sign in _CONTROLS:
            return "\\" + sign
        if sign.isalnum():
            raise self.mistake("\\" + sign)
        return _quoted(sign)

    def _set(self) -> str:
        negated = self._peek() == "^"
        if negated:
            self._take()
        # A member is kept once: Python warns of && and || in a set, whose meaning may change.
        members: dict[str, None] = {}
        while self._peek() != "]":
            members[self._member()] = None
        self._take()
        if not members:
            raise self.mistake("[]")
        return f"[{'^' if negated else ''}{''.join(members)}]"

    def _member(self) -> str:
        first = self._take()
        if first == "\\" and self._peek() in _SHORTHANDS:
            return _SHORTHANDS[self._take()]
        low = self._letter(first)
        if self._peek() != "-" or self.pattern[self.position + 1 : self.position + 2] in {"", "]"}:
            return _in_set(low)
        self._take()
        high = self._letter(self._take())
        if low > high:
            raise self.mistake(f"{low}-{high}")
        return f"{_in_set(low)}-{_in_set(high)}"

    def _letter(self, sign: str) -> str:
        if sign == "[":
            raise self.mistake("[")
        if sign != "\\":
            return sign
        escaped = self._take()
        if escaped in _CONTROLS:
            return _CONTROLS[escaped]
        if escaped.isalnum():
            raise self.mistake("\\" + escaped)
        return escaped


def _bounds(match: re.Match[str]) -> tuple[int, int]:
    text = match.group()
    if not text.startswith("{"):
        return {"*": (0, MAX_TEXT), "+": (1, MAX_TEXT), "?": (0, 1)}[text]
    low = int(match.group(1))
    if match.group(2) is None:
        return low, low
    return low, int(match.group(3)) if match.group(3) else MAX_TEXT


def _quoted(sign: str) -> str:
    return "\\" + _LETTERS.get(sign, sign) if sign in _SPECIAL | _LETTERS.keys() else sign


def _in_set(sign: str) -> str:
    return "\\" + _LETTERS.get(sign, sign) if sign in _IN_SET | _LETTERS.keys() else sign
