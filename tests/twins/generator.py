"""Random instruments and answers, good and bad, the same for the same seed."""

import random

from survey.instruments.expressions import FUNCTIONS, parse
from survey.instruments.model import Ast, Instrument, Item, Option
from survey.terms import ItemKind

TEXTS = (
    "", " ", "1", "2", "dk", "other", "tv", "tv zalo", "zalo  tv", "0", "-0", "12", "12.50", ".5",
    "1e3", " 7 ", "NaN", "Infinity", "true", "2026-11-21", "2024-02-29", "2026-02-29",
    "0999-12-31", "Đỗ Thị Ánh", "xã/phường", "𝒳", "a\u0301", "tiếng", "\u2028",
    "constructor", "z" * 300,
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, -1, 7, 18, 47, 0.5, 2.5, 1e-7, 1e21, 123456789.125, 99999, 20778, -354285)
PATTERNS = (
    "[0-9]+",
    "0?[1-9]{2}",
    "(tv|zalo)? ?x{0,3}",
    "\\w+.\\s?",
    "[^a-c\\]]*",
    "Đ.+|tv",
    "z*",
    ".",
)
JUNK = (None, True, False, [], [1, "tv"], {}, {"choice": 5}, {"text": "x"}, {"choice": "1"}, 2**53,
        -(2**53) - 1, 2**53 - 1, 1e300, [["tv"]])  # fmt: skip
BINARY = ("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod")
TEXTUAL = {"string-length", "substr", "contains", "date", "number", "round"}
SPECIAL = {"regex", "format-date", "jr:choice-name"}
CODES = ("1", "2", "3", "tv", "zalo", "other", "dk", "refused")


def an_interview(dice: random.Random) -> tuple[Instrument, dict, dict]:
    """Return an instrument with up to 14 items, its answers and its missing reasons."""
    items: list[Item] = []
    for number in range(dice.randint(1, 14)):
        items.append(_an_item(dice, f"q{number}", [item.name for item in items]))
    instrument = Instrument(
        code="random",
        version="1",
        sha256="",
        title={"vi": "x", "en": "x"},
        default_language=dice.choice(("vi", "en")),
        languages=("vi", "en"),
        sections=(),
        items=tuple(items),
    )
    answers = {item.name: _an_answer(dice, item) for item in items if dice.random() < 0.75}
    missing = {
        item.name: dice.choice(("dk", "refused", "na", None))
        for item in items
        if item.name not in answers and dice.random() < 0.8
    }
    return instrument, answers, missing


def _an_item(dice: random.Random, name: str, before: list[str]) -> Item:
    kind = dice.choice(list(ItemKind))
    options = _options(dice) if kind in {ItemKind.SELECT_ONE, ItemKind.SELECT_MULTIPLE} else ()
    asked = kind not in {ItemKind.NOTE, ItemKind.CALCULATE}
    return Item(
        name=name,
        kind=kind,
        label={"vi": name},
        options=options,
        missing_options=tuple(o.name for o in options if o.name in {"dk", "refused", "na"}),
        relevant=a_tree(dice, before, 4) if dice.random() < 0.5 else None,
        constraint=a_tree(dice, before, 3) if asked and dice.random() < 0.5 else None,
        calculation=a_tree(dice, before, 5) if kind is ItemKind.CALCULATE else None,
        choice_filter=a_tree(dice, before, 3) if options and dice.random() < 0.5 else None,
    )


def _options(dice: random.Random) -> tuple[Option, ...]:
    names = dice.sample(CODES, dice.randint(1, len(CODES)))
    return tuple(
        Option(
            name, {"vi": f"nhãn {name}", "en": f"label {name}"}, {"col": dice.choice(TEXTS[:6])}
        )
        for name in names
    )


def _an_answer(dice: random.Random, item: Item) -> object:
    if dice.random() < 0.15:
        return dice.choice(JUNK)
    if item.kind is ItemKind.SELECT_MULTIPLE:
        return dice.sample(CODES, dice.randint(0, 3))
    if item.kind is ItemKind.SELECT_ONE:
        other = {"choice": "other", "text": dice.choice(TEXTS)}
        return other if dice.random() < 0.2 else dice.choice(CODES)
    if item.kind in {ItemKind.INTEGER, ItemKind.DECIMAL}:
        return dice.choice(NUMBERS)
    return dice.choice(TEXTS)


def a_tree(dice: random.Random, names: list[str], depth: int) -> Ast:
    """Return a random tree over every operator and function."""
    if depth == 0 or dice.random() < 0.2:
        return _leaf(dice, names)
    if dice.random() < 0.5:
        op = dice.choice(BINARY)
        return {"op": op, "args": [a_tree(dice, names, depth - 1) for _ in range(2)]}
    op = dice.choice([*FUNCTIONS, "neg"])
    if op in SPECIAL:
        return _special(dice, op, names, depth)
    fewest, most = FUNCTIONS.get(op, (1, 1))
    n = dice.randint(fewest, min(most, fewest + 2))
    args = [a_tree(dice, names, depth - 1) for _ in range(n)]
    if op in TEXTUAL and dice.random() < 0.5:
        args[0] = {"op": "literal", "value": dice.choice((*TEXTS, *NUMBERS))}
    return {"op": op, "args": args}


def _special(dice: random.Random, op: str, names: list[str], depth: int) -> Ast:
    inner = a_tree(dice, names, depth - 1)
    if op == "jr:choice-name":
        return {"op": op, "name": dice.choice([*names, "nobody"]), "args": [inner]}
    literal = dice.choice(("%d/%m/%Y", "%e-%n-%y", ""))
    if op == "regex":
        inner = {"op": "literal", "value": dice.choice(TEXTS)} if dice.random() < 0.6 else inner
        literal = str(parse(f"regex('', '{dice.choice(PATTERNS)}')")["args"][1]["value"])
    return {"op": op, "args": [inner, {"op": "literal", "value": literal}]}


def _leaf(dice: random.Random, names: list[str]) -> Ast:
    return dice.choice(
        [
            {"op": "ref", "name": dice.choice([*names, *names, "nobody", "toString"])},
            {"op": "ref", "name": dice.choice([*names, "nobody"])},
            {"op": "literal", "value": dice.choice(TEXTS)},
            {"op": "literal", "value": dice.choice(NUMBERS)},
            {"op": "self"},
            {"op": "column", "name": dice.choice(("col", "name", "none"))},
            {"op": "today", "args": []},
        ]
    )
