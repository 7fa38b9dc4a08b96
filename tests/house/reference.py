"""Write docs/scoring-api.md from the docstrings: ``python -m tests.house.reference``."""

import inspect
import textwrap
from pathlib import Path

import scoring

PAGE = Path(__file__).parents[2] / "docs" / "scoring-api.md"
ROOMS = {
    "Data and design": ("columns", "design", "sample", "totals", "cells", "index.tally"),
    "Index tree and figures from outside": ("tree", "given"),
    "Estimation": ("pipeline", "report", "result", "estimates.contrasts", "estimates.sums"),
    "Quantiles": ("quantiles",),
    "Replicates": ("estimates.schemes",),
    "Weights": ("weights",),
    "Rounds, ranks, many comparisons": ("estimates",),
    "Explanation, presentation, release": ("explain", "presentation", "disclosure"),
    "Before a survey": ("planning",),
    "Numbers that lean on a model": ("modelled",),
    "Quality of fieldwork": ("quality",),
    "Errors": ("errors",),
}
PLAIN = {
    "Domain": "A domain as ((column, value), ...); the empty one is the whole sample.",
    "GROUPS": "The names of the quartile groups, the lowest first.",
    "VERSION": "The version of the engine, printed with every result.",
}
HEAD = """# API of the engine

Written by `python -m tests.house.reference` from the docstrings of `scoring.__all__`; a test holds
that it is complete and new, and runs its examples. Shapes stand in brackets: n rows, k leaves,
q nodes, m places, R replicates. Estimates, standard errors and intervals are on the scale of their
node (points), covariances in points squared, shares and probabilities on 0..1. Arrays are numpy
float64 unless said otherwise. Formulas and sources: [methods.md](methods.md). Files instead of
Python: [scoring-plan.md](scoring-plan.md).

## A walk

```python
>>> import numpy as np
>>> from scoring import *
>>> design = Design.from_labels(stratum=["a"] * 4 + ["b"] * 4, psu=[1, 1, 2, 2, 1, 1, 2, 2])
>>> sample = Sample.from_columns(
...     design,
...     weight=[2.0, 1, 1, 3, 1, 2, 1, 2],
...     items={"q1": Codes.of(["5", "3", "4", "2", "1", "dk", "5", "4"])},
...     domains={"sex": Codes.of(["f", "m"] * 4)},
... )
>>> leaf = {"code": "A", "item": "q1", "range": [1, 5], "scale": [0, 100]}
>>> tree = IndexTree.from_mapping({"index": "small", "min_n": 1, "tree": leaf})
>>> result = score_sample(sample, tree, Options([["sex"]], [({"sex": "f"}, {"sex": "m"})]))
>>> row = result.get("A")
>>> round(row.estimate, 4), round(row.se, 4), row.df, row.n
(59.0909, 18.7823, 2, 7)
>>> keys = [("A", {"sex": "f"}), ("A", {"sex": "m"})]
>>> result.covariance(keys).shape
(2, 2)
>>> round(result.differences[0].estimate, 4) == round(
...     result.contrast([(1, keys[0]), (-1, keys[1])]).estimate, 4
... )
True
>>> print(explain_node(report_sample(sample, tree, Options()), "A", language="en")[:6])
Node A

```
"""


def reference() -> str:
    """The whole page."""
    left = list(scoring.__all__)
    parts = [HEAD]
    for title, rooms in ROOMS.items():
        names = [name for name in left if _room_of(name).startswith(rooms) and name not in PLAIN]
        left = [name for name in left if name not in names]
        if names:
            parts.append(f"## {title}\n")
            parts += [_entry(name) for name in names]
    parts.append("## Names for values\n")
    parts += [f"### `{name}`\n\n{PLAIN[name]}\n" for name in left]
    return "\n".join(parts)


def _room_of(name: str) -> str:
    return str(getattr(getattr(scoring, name), "__module__", "")).removeprefix("scoring.")


def _entry(name: str) -> str:
    thing = getattr(scoring, name)
    lines = [f"### `{name}`\n"]
    if not (inspect.isclass(thing) and issubclass(thing, Exception)):
        lines.append(f"`{_signature(name, thing)}`\n")
    lines.append(_document(thing))
    for method, what in vars(thing).items() if inspect.isclass(thing) else ():
        found = what.__func__ if isinstance(what, classmethod) else what
        if inspect.isfunction(found) and not method.startswith("_") and found.__doc__:
            called = found if found is what else getattr(thing, method)
            lines += [f"#### `{name}.{_signature(method, called)}`\n", _document(found)]
    return "\n".join(lines)


def _signature(name: str, thing: object) -> str:
    """Name and arguments, without the types, which the text gives as shapes."""
    arguments = inspect.signature(thing)
    bare = [
        part.replace(annotation=inspect.Parameter.empty)
        for part in arguments.parameters.values()
        if part.name != "self"
    ]
    plain = arguments.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    return f"{name}{plain}".replace("<factory>", "...")


def _document(thing: object) -> str:
    """A docstring as Markdown: parts in bold, lists, examples that run."""
    lines = inspect.cleandoc(thing.__doc__ or "").splitlines()
    found: list[str] = []
    is_code = False
    for line, under in zip(lines, [*lines[1:], ""], strict=True):
        starts = line.startswith((">>>", "...")) or (is_code and bool(line.strip()))
        if starts != is_code:
            found.append("```python" if starts else "\n```")
            is_code = starts
        if set(line) == {"-"}:
            continue
        is_title = bool(under) and set(under) == {"-"}
        found.append(f"**{line}**\n" if is_title else _item(line) if not starts else line)
    if is_code:
        found.append("\n```")
    return "\n".join(found) + "\n"


def _item(line: str) -> str:
    """A parameter as an item of a list; prose as it is."""
    name, colon, rest = line.partition(" : ")
    if colon and not line.startswith(" "):
        return f"- `{name}`: {rest}"
    return f"  {textwrap.dedent(line)}" if line.startswith("    ") else line


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
