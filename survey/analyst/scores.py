"""The preview of one index tree of one round: sentence, chart, table, and where they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from survey.analyst import official_words
from survey.analyst.arithmetic import Arithmetic, arithmetic
from survey.analyst.figures import (
    Figure,
    decimals,
    depth_of,
    figures,
    on_one_scale,
    path_to,
    scale_of,
)
from survey.analyst.official import Comparison, comparisons
from survey.analyst.sentences import indicative_sentences, item_rule, sample_sentences
from survey.analyst.words import doubt_words, note_words
from survey.errors import NotFound, StateError
from survey.operations.fresh_scores import score_at_a_look
from survey.operations.score_runs import BATCH
from survey.operations.suspects import suspects_out_count
from survey.queries.fieldwork import Progress, round_progress
from survey.queries.official import OfficialSide, official_side
from survey.queries.rounds import RoundFacts
from survey.queries.scope import round_in_scope, round_of_address
from survey.queries.scores import KeptTree, Part, Run, latest_run, trees_of_round
from survey.terms import Role
from survey.web.charts import Captions, Whisker, interval_chart
from survey.web.i18n import in_language, number
from survey.web.login import admit, current_person, staff_blueprint
from survey.web.speech import say as _
from survey.web.store import current_store, reading

blueprint = staff_blueprint("estimates", __name__, url_prefix="/analyst")
STANDARD_LEVEL = 2


@dataclass(frozen=True)
class View:
    """What the address asks for: the way to the node of the page, and how deep its table goes."""

    path: list[Mapping[str, Any]]
    level: int

    @property
    def node(self) -> Mapping[str, Any]:
        """The node that the page is about."""
        return self.path[-1]


@dataclass(frozen=True)
class Section:
    """One part of a round on the page; ``run`` is None before the first batch."""

    part: Part
    received_count: int
    run: Run | None
    rows: list[Figure]
    sentences: list[str]
    chart: Markup | None
    official: Mapping[str, Comparison] = field(default_factory=dict)
    made: Arithmetic | None = None

    @property
    def has_official_marks(self) -> bool:
        """Tell whether the chart shows an official figure."""
        return any(_drawn(found) is not None for found in self.official.values())


@blueprint.get("/rounds/<code>/<tree_code>")
@admit(Role.ANALYST, held_to=round_of_address)
def estimates(code: str, tree_code: str) -> str:
    """Show the newest estimates; where a batch is complete, a small round is computed now."""
    with reading() as connection:
        facts = round_in_scope(connection, current_person(), code)
        tree = tree_of(trees_of_round(connection, facts.trees), tree_code)
    is_waiting, doubt = _brought_up_to_date(facts)
    view = _view(tree)
    with reading() as connection:
        progress = round_progress(connection, code)
        runs = {part: latest_run(connection, code, part, tree.sha256) for part in Part}
        side = official_side(connection, facts, tree)
    sections = [
        _section(part, runs[part], progress, tree, view, side) for part in _parts(progress)
    ]
    return render_template(
        "analyst/estimates.html",
        round=facts,
        tree=tree,
        view=view,
        levels=range(1, depth_of(view.node) + 1),
        sections=sections,
        progress=progress,
        suspects_out=suspects_out_count(current_store().database, code),
        decimals=decimals(tree.mapping),
        item_rule=item_rule({**tree.mapping, "tree": view.node}),
        doubt=doubt,
        is_waiting=is_waiting,
        batch=BATCH,
        official_words=official_words,
        note_words=note_words,
        doubt_words=doubt_words,
    )


def tree_of(trees: Sequence[KeptTree], code: str) -> KeptTree:
    """Return the tree of that code; raise NotFound."""
    tree = next((tree for tree in trees if tree.code == code), None)
    if tree is None:
        raise NotFound("unknown-tree", where="tree", got=code)
    return tree


def _brought_up_to_date(facts: RoundFacts) -> tuple[bool, StateError | None]:
    """Compute what is quick; return whether something waits, or why it could not be computed."""
    try:
        return score_at_a_look(current_store().database, facts.code), None
    except StateError as error:
        return False, error


def _view(tree: KeptTree) -> View:
    root: dict[str, Any] = tree.mapping["tree"]
    code = request.args.get("node", root["code"])
    path = path_to(root, code)
    if not path:
        raise NotFound("unknown-node", where="node", got=code)
    level = request.args.get("level", STANDARD_LEVEL, type=int)
    return View(path, min(max(level, 1), max(depth_of(path[-1]), 1)))


def _parts(progress: Progress) -> list[Part]:
    """Return the parts to show: the sample leads, what has no place in it stands apart."""
    if not progress.has_design:
        return [Part.INDICATIVE]
    return [Part.SAMPLE, Part.INDICATIVE] if progress.placeless_count else [Part.SAMPLE]


def _section(
    part: Part,
    run: Run | None,
    progress: Progress,
    tree: KeptTree,
    view: View,
    side: OfficialSide,
) -> Section:
    received = progress.sampled_count if part is Part.SAMPLE else progress.placeless_count
    if run is None:
        return Section(part, received, None, [], [], None)
    places = decimals(tree.mapping)
    scale = scale_of(tree.mapping)
    rows = [row for row in figures(view.node, run.results, scale) if row.depth <= view.level]
    made = arithmetic(view.node, run.results["estimates"], scale, run.responses_count)
    if part is Part.INDICATIVE:
        said = indicative_sentences(rows, places)
        return Section(part, received, run, rows, said, None, made=made)
    sentences = sample_sentences(rows, places)
    shown = {row.code for row in rows}
    official = {c: found for c, found in comparisons(tree, run, side).items() if c in shown}
    upper = [row for row in rows if row.depth <= STANDARD_LEVEL]
    drawn = [row for row in on_one_scale(upper) if row.has_interval]
    chart = _chart(drawn, sentences, places, official)
    return Section(part, received, run, rows, sentences, chart, official, made)


def _chart(
    rows: Sequence[Figure],
    sentences: Sequence[str],
    places: int,
    official: Mapping[str, Comparison],
) -> Markup | None:
    whiskers = [
        Whisker(
            _label(row),
            row.estimate,
            row.low,
            row.high,
            is_main=row.depth < STANDARD_LEVEL and row.is_inner,
            official=_drawn(official.get(row.code)),
        )
        for row in rows
        if row.estimate is not None and row.low is not None and row.high is not None
    ]
    if not whiskers:
        return None
    captions = Captions(
        title=_("Ước lượng và khoảng tin cậy 95 %"),
        description=" ".join([*sentences, _("Số liệu nằm trong bảng bên dưới.")]),
        decimal=number(0.1, max(places, 1))[1],
    )
    return interval_chart(whiskers, captions)


def _drawn(comparison: Comparison | None) -> float | None:
    """Return the official figure to draw: none where the method broke between the years."""
    return None if comparison is None or comparison.breaks else comparison.figure.score


def _label(row: Figure) -> str:
    title = in_language(row.title)
    return f"{row.code} {title}" if row.is_inner and row.depth > 0 else title
