"""A score run as tables for a file: the estimates, where they come from, what each column means.

What a page does not show is empty here too, with its note. It must not know any file format.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from flask_babel import force_locale

from survey.analyst.figures import LEAST_CELL
from survey.analyst.official import Comparison, comparisons
from survey.analyst.words import note_words
from survey.queries.official import OfficialSide
from survey.queries.rounds import RoundFacts
from survey.queries.scores import KeptTree, Part, Run
from survey.web.i18n import LANGUAGES, in_language
from survey.web.speech import say as _
from survey.web.spreadsheets import Cell, Sheet

DATA: Final = Path(__file__).with_name("data")
BELOW_LEAST: Final = {"code": f"n-below-{LEAST_CELL}"}
FIGURES: Final = ("estimate", "se", "low", "high", "df", "n", "deff")
DOMAINS_BEFORE: Final = "official_code"

Record = dict[str, Cell]


@dataclass(frozen=True)
class RunInHand:
    """A score run with the round and the tree it speaks of, and the official side."""

    facts: RoundFacts
    tree: KeptTree
    run: Run
    side: OfficialSide


def warning_words(held: RunInHand) -> str:
    """Return what every page and file of results says."""
    words = [_("Ước lượng nội bộ, không phải kết quả chính thức")]
    if held.run.options["part"] == Part.INDICATIVE:
        words.append(_("chỉ báo tham khảo, không đến từ một mẫu có thiết kế"))
    if held.facts.is_simulated:
        words.append(_("dữ liệu mô phỏng"))
    return "; ".join(words)


def estimate_sheet(held: RunInHand) -> Sheet:
    """Return the estimates, one row for each node and domain."""
    nodes = dict(_nodes(held.tree.mapping["tree"]))
    estimates = held.run.results["estimates"]
    domains = list(dict.fromkeys(name for row in estimates for name in row["domain"] or {}))
    found = comparisons(held.tree, held.run, held.side)
    records = [
        {
            **_node_cells(row["node"], nodes),
            **_figure_cells(row),
            **{f"domain_{name}": (row["domain"] or {}).get(name) for name in domains},
            **_official_cells(None if row["domain"] else found.get(row["node"])),
            "run": held.run.id,
            "warning": warning_words(held),
        }
        for row in estimates
    ]
    head = _head(domains)
    return Sheet("estimates", head, [[record.get(name) for name in head] for record in records])


def provenance_sheet(held: RunInHand) -> Sheet:
    """Return what the run was made from: enough to make it again."""
    facts, tree, run = held.facts, held.tree, held.run
    rows: list[tuple[str, str, Cell]] = [
        ("warning", _("Lưu ý"), warning_words(held)),
        ("round", _("Đợt khảo sát"), f"{facts.code}: {in_language(facts.title)}"),
        ("tree", _("Cây chỉ số"), f"{tree.code}: {in_language(tree.title)}"),
        ("run", _("Mã lần tính"), run.id),
        ("computed_at", _("Thời điểm"), run.computed_at.isoformat()),
        ("responses", _("Số phiếu"), run.responses_count),
        ("instrument", _("Bộ công cụ khảo sát"), f"{facts.instrument} {facts.instrument_version}"),
        ("instrument_sha256", _("Dấu vân của bộ công cụ"), run.instrument_sha256),
        ("tree_sha256", _("Dấu vân của cây chỉ số"), run.tree_sha256),
        ("answers_sha256", _("Dấu vân của các phiếu"), run.answers_sha256),
        ("frame_sha256", _("Dấu vân của dàn mẫu"), run.frame_sha256),
        ("options", _("Lựa chọn khi tính"), json.dumps(dict(run.options), sort_keys=True)),
        ("seed", _("Hạt giống ngẫu nhiên"), run.seed),
        ("engine", _("Bộ tính điểm"), run.engine),
    ]
    return Sheet("provenance", ("fact", "label", "value"), rows)


def column_sheet(held: RunInHand) -> Sheet:
    """Return what each column and each note of the run means, in both languages."""
    head = estimate_sheet(held).head
    meanings = {row["column"]: (row["vi"], row["en"]) for row in data_rows("estimate_columns")}
    domain = in_both(lambda: _("Nhóm của ước lượng; trống: toàn bộ mẫu"))
    columns = [(name, *meanings.get(name, domain)) for name in head]
    notes = {note["code"]: note for row in held.run.results["estimates"] for note in row["notes"]}
    notes[BELOW_LEAST["code"]] = BELOW_LEAST
    words = [(code, *in_both(partial(_said, note))) for code, note in sorted(notes.items())]
    return Sheet("columns", ("column_or_note", "vi", "en"), [*columns, *words])


@lru_cache
def data_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a data file of this room."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def in_both(words: Callable[[], str]) -> tuple[str, ...]:
    """Return words in each language, Vietnamese first."""

    def spoken(code: str) -> str:
        with force_locale(code):
            return words()

    return tuple(spoken(code) for code in LANGUAGES)


def _head(domains: Sequence[str]) -> list[str]:
    names = [row["column"] for row in data_rows("estimate_columns")]
    place = names.index(DOMAINS_BEFORE)
    return [*names[:place], *(f"domain_{name}" for name in domains), *names[place:]]


def _nodes(
    node: Mapping[str, Any], level: int = 0
) -> Iterator[tuple[str, tuple[int, Mapping[str, Any]]]]:
    yield node["code"], (level, node)
    for child in node.get("children", ()):
        yield from _nodes(child, level + 1)


def _node_cells(code: str, nodes: Mapping[str, tuple[int, Mapping[str, Any]]]) -> Record:
    level, node = nodes[code]
    title = node.get("title", {})
    return {
        "node": code,
        "level": level,
        "title_vi": title.get("vi", code),
        "title_en": title.get("en", ""),
        "definition": node.get("definition", ""),
    }


def _figure_cells(row: Mapping[str, Any]) -> Record:
    """Return the figures of a row; where the estimate may not be shown, none of them is."""
    is_shown = row["estimate"] is not None
    cells: Record = {name: row[name] if is_shown else None for name in FIGURES}
    notes = list(row["notes"])
    if row["n"] is not None and row["n"] < LEAST_CELL:
        cells["n"] = None
        notes.append(BELOW_LEAST)
    elif not is_shown:
        cells["n"] = row["n"]
    cells["notes"] = "; ".join(_said(note) for note in notes)
    cells["note_codes"] = " ".join(note["code"] for note in notes)
    return cells


def _said(note: Mapping[str, Any]) -> str:
    return _("dưới 10 người trả lời") if note == BELOW_LEAST else note_words(note)


def _official_cells(comparison: Comparison | None) -> Record:
    if comparison is None:
        return {}
    figure, difference = comparison.figure, comparison.difference
    cells: Record = {
        "official_code": figure.code,
        "official": figure.score,
        "official_year": figure.year,
        "official_se": figure.se,
        "official_source": figure.source,
        "verdict": comparison.verdict.value,
    }
    if difference is not None:
        cells["difference"] = difference.estimate
        for name in ("se", "low", "high"):
            cells[f"difference_{name}"] = getattr(difference, name)
    return cells
