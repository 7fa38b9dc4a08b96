"""Writes an instrument back as the sheets it could have been loaded from."""

from collections.abc import Iterator, Mapping

from survey.instruments.evaluate import as_text
from survey.instruments.model import Ast, Instrument, Item, Option
from tests.unit.survey.instruments.workbooks import VI, Rows

BINARY = {"or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"}
TEXTS = ("hint", "required_message", "constraint_message")
TREES = ("relevant", "constraint", "calculation", "choice_filter")


LEAVES = {
    "literal": lambda tree: _literal(tree["value"]),
    "ref": lambda tree: f"${{{tree['name']}}}",
    "self": lambda _: ".",
    "column": lambda tree: tree["name"],
}


def expression(tree: Ast) -> str:
    """Return a tree as an XLSForm expression, every operation in brackets."""
    op = tree["op"]
    if op in LEAVES:
        return LEAVES[op](tree)
    parts = [expression(child) for child in tree["args"]]
    if op in BINARY:
        return f"({parts[0]} {op} {parts[1]})"
    if op == "neg":
        return f"(-{parts[0]})"
    tail = [f"'${{{tree['name']}}}'"] if op == "jr:choice-name" else []
    return f"{op}({', '.join([*parts, *tail])})"


def _literal(value: str | float) -> str:
    if not isinstance(value, str):
        return as_text(float(value))
    return f'"{value}"' if "'" in value else f"'{value}'"


def dump(instrument: Instrument) -> dict[str, Rows]:
    """Return the three sheets; groups carry no condition, for items already hold it."""
    settings = {"form_id": instrument.code, "version": instrument.version, "default_language": VI}
    settings["form_title"] = instrument.title["vi"]
    settings["form_title_en"] = instrument.title["en"]
    choices = [row for item in instrument.items for row in _list(item)]
    return {"survey": list(_survey(instrument)), "choices": choices, "settings": [settings]}


def _survey(instrument: Instrument) -> Iterator[dict[str, str]]:
    sections = {section.name: section for section in instrument.sections}
    open_section = None
    for item in instrument.items:
        if open_section not in {None, item.section}:
            yield {"type": "end_group"}
        if item.section not in {None, open_section}:
            section = sections[item.section]
            yield {"type": "begin_group", "name": section.name, **section.label,
                   "appearance": section.appearance}  # fmt: skip
        open_section = item.section
        yield _row(item)
    if open_section is not None:
        yield {"type": "end_group"}


def _row(item: Item) -> dict[str, str]:
    cells = {
        "type": f"{item.kind.value} {item.name}_list" if item.options else item.kind.value,
        "name": item.name,
        "required": "yes" if item.required else "",
        "default": item.default or "",
        "appearance": item.appearance,
        **item.label,
    }
    for name in TEXTS:
        for language, words in getattr(item, name).items():
            cells[f"{name}::{language}"] = words
    for name in TREES:
        tree: Mapping | None = getattr(item, name)
        cells[name] = expression(tree) if tree is not None else ""
    return cells


def _list(item: Item) -> Iterator[dict[str, str]]:
    for option in item.options:
        yield _choice(item.name, option)


def _choice(name: str, option: Option) -> dict[str, str]:
    return {"list_name": f"{name}_list", "name": option.name, **option.label, **option.extra}
