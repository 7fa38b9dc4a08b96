"""What an expression means: tree and values in, one value out. Pure, and never an error.

Its twin is web/static/evaluate.js; tests/twins holds the cases that both walk.

**Values** are text, a number (IEEE double) or a boolean. An answer reads as: select_one its
choice name (with "other", the text ``other``); select_multiple its choice names joined by one
space; a number the number; a date its ISO text; text the text. Whatever is not there (not asked,
not answered, switched off, unknown) reads as the empty text. A missing answer (dk, refused, na)
reads as the choice of that name where the item's list has one, as ODK Collect would store it,
and as the empty text elsewhere (flow.py).

**To number**: text that is a plain decimal (``-12.5``; blanks around it do not count) is that
number; an ISO date is its days since 1970-01-01; any other text, also the empty one, is NaN.
True is 1, false is 0. **To boolean**: text is true unless empty, a number unless 0 or NaN.
**To text**: a number without exponent and without ``.0``; NaN and infinities ``NaN``,
``Infinity``, ``-Infinity``; booleans ``true`` and ``false``.

**Comparison**: ``=`` and ``!=`` compare booleans if one side is boolean, else numbers if one side
is a number, else texts; ``< <= > >=`` compare numbers. NaN is unequal to everything, and not less.
Dates therefore compare as days with ``<``, as texts with ``=``, and ``today() - ${d}`` is days.
**Arithmetic** is that of doubles: ``div`` by 0 is an infinity or NaN, ``mod`` has the sign of the
dividend. **Functions** are those of ODK; ``round`` goes half up; ``min`` and ``max`` of a list
with NaN are NaN; ``coalesce`` passes over the empty text and NaN; ``date`` of something that is
no date is empty; ``regex`` means the whole text and is false beyond 255 characters;
``format-date`` knows ``%Y %y %m %n %d %e``; ``string-length`` and ``substr`` count code points;
``jr:choice-name`` yields the label in the language of the page.
"""

import datetime as dt
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import Final, TypeAlias, cast

from survey.instruments.model import Ast
from survey.instruments.patterns import MAX_TEXT

Value: TypeAlias = str | float | bool

_DECIMAL: Final = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_ISO_DATE: Final = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")
_BLANKS: Final = " \t\r\n"
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_DAYS: Final = (
    dt.date(1000, 1, 1).toordinal() - _EPOCH,
    dt.date(9999, 12, 31).toordinal() - _EPOCH,
)
_MAX_PLACES: Final = 15


@dataclass(frozen=True)
class Scope:
    """All that an expression may read: nothing else, so the same scope gives the same value.

    ``own`` is what ``.`` means, ``columns`` those of one choice, ``labels`` the words of the
    choices of an item.
    """

    today: str
    values: Mapping[str, Value] = field(default_factory=dict)
    own: Value = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    labels: Callable[[str], Mapping[str, str]] = field(default=lambda _: {})


def evaluate(tree: Ast, scope: Scope) -> Value:
    """Return the value of an expression."""
    op = tree["op"]
    reader = _READERS.get(op)
    if reader is not None:
        return reader(tree, scope)
    return _FUNCTIONS[op](*map(evaluate, _children(tree), repeat(scope)))


def holds(tree: Ast | None, scope: Scope) -> bool:
    """Tell whether a condition is true; no condition always is."""
    return tree is None or as_boolean(evaluate(tree, scope))


def as_boolean(value: Value) -> bool:
    """Return the value as a boolean."""
    if isinstance(value, bool):
        return value
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def as_number(value: Value) -> float:
    """Return the value as a number, NaN where it is none."""
    if not isinstance(value, str):
        return float(value)
    text = value.strip(_BLANKS)
    if _DECIMAL.fullmatch(text):
        return float(text)
    days = days_of(text)
    return math.nan if days is None else float(days)


def as_text(value: Value) -> str:
    """Return the value as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"


def days_of(text: str) -> int | None:
    """Return the days from 1970-01-01 to an ISO date between 1000 and 9999, else None."""
    if not _ISO_DATE.fullmatch(text):
        return None
    year, month, day = (int(part) for part in text.split("-"))
    try:
        return dt.date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


def _children(tree: Ast) -> list[Ast]:
    return tree["args"]  # type: ignore[return-value]  # as expressions.py makes it


def _name(tree: Ast) -> str:
    return tree["name"]  # type: ignore[return-value]  # as expressions.py makes it


def _literal(tree: Ast, _scope: Scope) -> Value:
    value = tree["value"]
    return value if isinstance(value, str) else float(cast("float", value))


def _choice_name(tree: Ast, scope: Scope) -> str:
    codes, labels = evaluate(_children(tree)[0], scope), scope.labels(_name(tree))
    return ", ".join(labels.get(code, code) for code in _codes(codes))


def _codes(value: Value) -> list[str]:
    return [code for code in as_text(value).split(" ") if code]


def _is_equal(left: Value, right: Value) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return as_boolean(left) == as_boolean(right)
    return as_number(left) == as_number(right)


def _numeric(
    function: Callable[[float, float], Value],
) -> Callable[[Value, Value], Value]:
    return lambda left, right: function(as_number(left), as_number(right))


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if not left or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _remainder(left: float, right: float) -> float:
    if math.isinf(left) or not right:
        return math.nan
    return math.fmod(left, right)


def _integer(value: Value) -> Value:
    number = as_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def _round(value: Value, places: Value = 0.0) -> Value:
    number, digits = as_number(value), as_number(places)
    if not math.isfinite(number) or not abs(digits) <= _MAX_PLACES:
        return number if math.isfinite(digits) else math.nan
    scale = float(f"1e{abs(int(digits))}")
    if digits < 0:
        return _floor(number / scale + 0.5) * scale
    return _floor(number * scale + 0.5) / scale


def _floor(number: float) -> float:
    return float(math.floor(number)) if math.isfinite(number) else number


def _extreme(
    choose: Callable[[list[float]], float],
) -> Callable[..., Value]:
    def function(*values: Value) -> Value:
        numbers = [as_number(value) for value in values]
        return math.nan if any(map(math.isnan, numbers)) else choose(numbers) + 0.0

    return function


def _date(value: Value) -> Value:
    if isinstance(value, str) and days_of(value) is not None:
        return value
    days = as_number(value)
    if not _DAYS[0] <= days < _DAYS[1] + 1:
        return ""
    return dt.date.fromordinal(_EPOCH + math.floor(days)).isoformat()


def _format_date(value: Value, pattern: Value) -> Value:
    date = str(_date(value))
    if not date:
        return ""
    year, month, day = date.split("-")
    parts = {
        "%Y": year,
        "%y": year[2:],
        "%m": month,
        "%n": str(int(month)),
        "%d": day,
        "%e": str(int(day)),
    }
    return re.sub("%[Yymnde]", lambda sign: parts.get(sign[0], sign[0]), as_text(pattern))


def _regex(value: Value, pattern: Value) -> Value:
    text = as_text(value)
    return len(text) <= MAX_TEXT and bool(_compiled(as_text(pattern)).fullmatch(text))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _substr(value: Value, start: Value, end: Value = math.inf) -> Value:
    text = as_text(value)
    return text[_place(start, len(text)) : _place(end, len(text))]


def _place(value: Value, length: int) -> int:
    number = as_number(value)
    if math.isnan(number):
        return 0
    if number < 0:
        number += length
    return int(min(max(number, 0.0), float(length)))


_READERS: Final[Mapping[object, Callable[[Ast, Scope], Value]]] = {
    "literal": _literal,
    "ref": lambda tree, scope: scope.values.get(_name(tree), ""),
    "self": lambda _, scope: scope.own,
    "column": lambda tree, scope: scope.columns.get(_name(tree), ""),
    "today": lambda _, scope: scope.today,
    "jr:choice-name": _choice_name,
}
"""What reads the scope; everything else is a function of the values of its arguments."""

_FUNCTIONS: Final[Mapping[object, Callable[..., Value]]] = {
    "or": lambda a, b: as_boolean(a) or as_boolean(b),
    "and": lambda a, b: as_boolean(a) and as_boolean(b),
    "=": _is_equal,
    "!=": lambda a, b: not _is_equal(a, b),
    "<": _numeric(operator.lt),
    "<=": _numeric(operator.le),
    ">": _numeric(operator.gt),
    ">=": _numeric(operator.ge),
    "+": _numeric(operator.add),
    "-": _numeric(operator.sub),
    "*": _numeric(operator.mul),
    "div": _numeric(_divide),
    "mod": _numeric(_remainder),
    "neg": lambda a: -as_number(a),
    "abs": lambda a: abs(as_number(a)),
    "coalesce": lambda a, b: b if as_text(a) in {"", "NaN"} else a,
    "concat": lambda *values: "".join(map(as_text, values)),
    "contains": lambda a, b: as_text(b) in as_text(a),
    "count-selected": lambda a: float(len(_codes(a))),
    "date": _date,
    "ends-with": lambda a, b: as_text(a).endswith(as_text(b)),
    "false": lambda: False,
    "format-date": _format_date,
    "if": lambda condition, a, b: a if as_boolean(condition) else b,
    "int": _integer,
    "max": _extreme(max),
    "min": _extreme(min),
    "not": lambda a: not as_boolean(a),
    "number": as_number,
    "regex": _regex,
    "round": _round,
    "selected": lambda a, b: as_text(b) in _codes(a),
    "starts-with": lambda a, b: as_text(a).startswith(as_text(b)),
    "string": as_text,
    "string-length": lambda a: float(len(as_text(a))),
    "substr": _substr,
    "true": lambda: True,
}
