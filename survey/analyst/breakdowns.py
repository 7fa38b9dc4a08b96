"""One node of an index by groups of people, from the newest released snapshot; and its release."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from survey.analyst import group_words
from survey.analyst.figures import bounds_of, decimals, figures, path_to, scale_of
from survey.analyst.forms import ReleaseForm
from survey.analyst.groups import Group, groups_of, released_columns, values_of
from survey.analyst.scores import tree_of
from survey.analyst.words import doubt_words
from survey.errors import NotFound, StateError
from survey.operations.releases import release_scores
from survey.queries.groups import group_names
from survey.queries.releases import latest_release
from survey.queries.rounds import RoundFacts
from survey.queries.scope import round_in_scope, round_of_address
from survey.queries.scores import KeptTree, Part, Run, latest_run, trees_of_round
from survey.terms import Role
from survey.web.charts import Captions, Whisker, interval_chart
from survey.web.i18n import in_language, number
from survey.web.login import admit, current_actor, current_person, staff_blueprint
from survey.web.speech import say as _
from survey.web.store import current_store, reading

blueprint = staff_blueprint("breakdowns", __name__, url_prefix="/analyst")


@dataclass(frozen=True)
class Released:
    """What the address asks for, in the newest release; ``run`` and ``column`` are None before."""

    facts: RoundFacts
    tree: KeptTree
    path: Sequence[Mapping[str, Any]]
    run: Run | None
    column: str | None
    groups: list[Group]
    is_behind: bool

    @property
    def node(self) -> Mapping[str, Any]:
        """The node that the page is about."""
        return self.path[-1]

    @property
    def shown_run(self) -> Run:
        """The release itself; raise NotFound before the first."""
        if self.run is None:
            raise NotFound("unknown-run", "nothing was released yet", where="run")
        return self.run


@blueprint.get("/rounds/<code>/<tree_code>/by/<column>")
@admit(Role.ANALYST, held_to=round_of_address)
def breakdown(code: str, tree_code: str, column: str) -> str:
    """Show one node by the groups of a column."""
    return _page(released_from(code, tree_code, column))


@blueprint.get("/rounds/<code>/<tree_code>/by")
@admit(Role.ANALYST, held_to=round_of_address)
def releases(code: str, tree_code: str) -> ResponseReturnValue:
    """Lead to the first column of the newest release; before the first, to the release itself."""
    found = released_from(code, tree_code, None)
    if found.run is None:
        return _page(found)
    return redirect(_address(found, released_columns(found.run)[0]))


@blueprint.post("/rounds/<code>/<tree_code>/by")
@admit(Role.ANALYST, held_to=round_of_address)
def release(code: str, tree_code: str) -> ResponseReturnValue:
    """Release the newest estimates of all trees of a round by group."""
    found = released_from(code, tree_code, None)
    form = ReleaseForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        release_scores(current_store().database, code, current_actor(), str(form.reason.data))
    except StateError as doubt:
        return _page(found, form, doubt), 409
    again = released_from(code, tree_code, None)
    return redirect(_address(again, released_columns(again.shown_run)[0]), 303)


def released_from(code: str, tree_code: str, column: str | None) -> Released:
    """Return the newest release of a tree by a column; raise NotFound where it has none such."""
    with reading() as connection:
        facts = round_in_scope(connection, current_person(), code)
        tree = tree_of(trees_of_round(connection, facts.trees), tree_code)
        run = latest_release(connection, code, tree.sha256)
        newest = latest_run(connection, code, Part.SAMPLE, tree.sha256)
        path = path_to(
            tree.mapping["tree"], request.args.get("node", tree.mapping["tree"]["code"])
        )
        if not path:
            raise NotFound("unknown-node", where="node", got=request.args["node"])
        if column is not None and (run is None or column not in released_columns(run)):
            raise NotFound("unknown-column", where="column", got=column)
        groups: list[Group] = []
        if run is not None and column is not None:
            names = group_names(connection, facts, column, values_of(run, column))
            bounds = bounds_of(path[-1], scale_of(tree.mapping))
            groups = groups_of(run, column, path[-1]["code"], bounds, names)
    is_behind = newest is not None and (run is None or run.batch != newest.batch)
    return Released(facts, tree, path, run, column, groups, is_behind)


def _page(
    found: Released, form: ReleaseForm | None = None, doubt: StateError | None = None
) -> str:
    places = decimals(found.tree.mapping)
    sentences = group_words.group_sentences(found.groups) if found.run else []
    return render_template(
        "analyst/breakdown.html",
        found=found,
        round=found.facts,
        tree=found.tree,
        columns=[] if found.run is None else released_columns(found.run),
        nodes=list(_inner(found.tree.mapping["tree"], 0)),
        sentences=sentences,
        chart=_chart(found, sentences, places),
        decimals=places,
        form=form or ReleaseForm(),
        doubt=doubt,
        doubt_words=doubt_words,
        words=group_words,
    )


def _chart(found: Released, sentences: Sequence[str], places: int) -> Markup | None:
    if found.run is None:
        return None
    whole = figures(found.node, found.run.results, scale_of(found.tree.mapping))[0]
    rows = [
        Whisker(group.name, group.estimate, group.low, group.high, is_main=bool(group.is_apart))
        for group in found.groups
        if group.estimate is not None
        and group.low is not None
        and group.high is not None
        and not group.has_other_parts
    ]
    if not rows:
        return None
    if whole.estimate is not None and whole.low is not None and whole.high is not None:
        rows.insert(0, Whisker(_("Toàn mẫu"), whole.estimate, whole.low, whole.high, is_main=True))
    captions = Captions(
        title=_("Ước lượng theo nhóm và khoảng tin cậy 95 %"),
        description=" ".join([*sentences, _("Số liệu nằm trong bảng bên dưới.")]),
        decimal=number(0.1, max(places, 1))[1],
    )
    return interval_chart(rows, captions)


def _inner(node: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    """Yield the code and the indented title of every node that can be chosen."""
    indent = "\N{NO-BREAK SPACE}" * 3 * depth
    title = in_language(node.get("title", {"vi": node["code"]}))
    yield node["code"], f"{indent}{node['code']} {title}" if depth else title
    for child in node.get("children", ()):
        yield from _inner(child, depth + 1)


def _address(found: Released, column: str) -> str:
    node = request.args.get("node")
    return url_for(
        "breakdowns.breakdown",
        code=found.facts.code,
        tree_code=found.tree.code,
        column=column,
        node=node,
    )
