"""Every filter and every file of a released round: no figure of few, none that subtraction gives.

The counts are taken from the stored responses themselves, apart from snapshot, engine and release.
"""

import csv
import json
from collections import defaultdict
from io import StringIO

import numpy as np
import pytest
from scipy.optimize import linprog
from sqlalchemy import select

from survey.models import Response
from survey.operations.releases import release_scores
from survey.queries.releases import latest_release
from survey.queries.rounds import round_facts, sampled_places
from survey.queries.scores import trees_of_round
from survey.queries.staff import OPERATOR
from survey.simulate.governance import build_governance_round, seeded_fieldwork
from survey.simulate.rounds import PAPI_LIKE
from survey.simulate.sending import Installation

LEAST, LEAST_OF_COMMUNE = 15, 30
COLUMNS = ("stratum", "commune", "sex", "age_band")
TREE = f"/analyst/rounds/{PAPI_LIKE}/papi_like"
NODES = ("total", "D4", "D6", "2.4", "4.4.4")


@pytest.fixture
def browser(store, log_in):
    place = Installation(store.database, store.keys)
    build_governance_round(place, seeded_fieldwork(), lambda *_: None)
    release_scores(store.database, PAPI_LIKE, OPERATOR, "thử")
    return log_in("analyst")


def leaves(node) -> dict:
    if "children" not in node:
        return {node["code"]: node} if "item" in node else {}
    return {code: leaf for child in node["children"] for code, leaf in leaves(child).items()}


def counted(node) -> set[str]:
    """The leaves that count in a node."""
    if "children" not in node:
        return {node["code"]}
    return set().union(*(counted(c) for c in node["children"] if c.get("node_weight", 1) != 0))


def inner(node):
    if "children" in node:
        yield node
        for child in node["children"]:
            yield from inner(child)


def counts_and_sums(connection, every_leaf):
    """Return n and the weighted answers by leaf, column and group, straight from the documents."""
    places = {place.place: place for place in sampled_places(connection, PAPI_LIKE)}
    n = defaultdict(int)
    rows = connection.execute(select(Response.body, Response.place))
    for body, where in rows:
        document = json.loads(body)
        answers, place = document["answers"], places[where]
        groups = {
            ("stratum", place.stratum),
            ("commune", where[:5]),
            ("sex", answers.get("sex")),
            ("age_band", answers.get("age_band")),
        }
        for code, leaf in every_leaf.items():
            answer = answers.get(leaf["item"])
            if answer is not None and ("values" not in leaf or answer in leaf["values"]):
                n[code, "all", None] += 1
                for column, value in groups:
                    n[code, column, value] += 1
    strata = {where[:5]: place.stratum for where, place in places.items()}
    return n, strata


def rows_of_file(browser, column) -> list[dict[str, str]]:
    text = browser.get(f"{TREE}/by/{column}.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def determined(unknown, relations) -> set:
    """Return the unknown sums that the relations (unknowns that add up to a known) fix."""
    if not unknown:
        return set()
    place = {one: at for at, one in enumerate(unknown)}
    left = np.zeros((len(relations), len(unknown)))
    for at, members in enumerate(relations):
        left[at, [place[one] for one in members]] = 1
    fixed = set()
    for one in unknown:
        # moving along what the relations leave free: is there a way that changes this one?
        cost = np.zeros(len(unknown))
        cost[place[one]] = -1
        found = linprog(cost, A_eq=left, b_eq=np.zeros(len(relations)), bounds=(-1, 1))
        if abs(found.fun) < 1e-9:
            fixed.add(one)
    return fixed


def test_no_filter_and_no_file_shows_few_people_or_gives_them_away(browser, database):
    with database.reading() as connection:
        tree = trees_of_round(connection, round_facts(connection, PAPI_LIKE).trees)[0].mapping
        every_leaf = leaves(tree["tree"])
        n, strata = counts_and_sums(connection, every_leaf)
        run = latest_release(connection, PAPI_LIKE)
    files = {column: rows_of_file(browser, column) for column in COLUMNS}
    shown = {
        (row["node"], column, row["group"])
        for column, rows in files.items()
        for row in rows
        if row["estimate"]
    }
    assert len(shown) > 500  # enough is left to look at
    for code, column, value in shown:
        if code in every_leaf:
            assert n[code, column, value] >= (LEAST_OF_COMMUNE if column == "commune" else LEAST)
    for rows in files.values():
        for row in rows:
            assert row["estimate"] or not (
                row["se"] or row["low"] or row["n"] or row["difference"]
            )
            assert row["has_other_parts"] == "0" or not row["difference"]
            assert not row["n"] or int(row["n"]) % 5 == 0
    _nothing_is_given_away(shown, n, strata, every_leaf)
    _nothing_is_above_a_hidden_leaf(shown, n, tree["tree"])
    _other_files_tell_no_groups(browser, run)
    _pages_show_what_the_files_hold(browser, files)


def _nothing_is_given_away(shown, n, strata, every_leaf) -> None:
    """Whatever is known of the whole, of strata and of groups: no hidden group follows from it."""
    values = defaultdict(set)
    for _, column, value in n:
        values[column].add(value)
    for code in every_leaf:
        if n[code, "all", None] < LEAST:
            continue
        is_known = {
            (column, v)
            for column in COLUMNS
            for v in values[column]
            if v is not None and ((code, column, v) in shown or n[code, column, v] == 0)
        }
        splits = [[(column, v) for v in values[column] if v is not None] for column in COLUMNS]
        relations = [split for split in splits if split[0][0] != "commune"]
        for stratum in values["stratum"]:
            communes = [("commune", c) for c in values["commune"] if strata[c] == stratum]
            relations.append([("stratum", stratum), *communes])
        unknown = sorted({one for split in splits for one in split} - is_known)
        left = [[one for one in relation if one not in is_known] for relation in relations]
        assert determined(unknown, [members for members in left if members]) == set(), code


def _nothing_is_above_a_hidden_leaf(shown, n, root) -> None:
    """A shown node counts no hidden leaf, unless so few answered it that it was left out."""
    for node in inner(root):
        for column, value in {(c, v) for code, c, v in shown if code == node["code"]}:
            for code in counted(node):
                assert (code, column, value) in shown or n[code, column, value] < LEAST


def _other_files_tell_no_groups(browser, run) -> None:
    text = browser.get(f"/analyst/rounds/{PAPI_LIKE}/runs/{run.id}.csv").data.decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(text))
    assert not [name for name in head if name.startswith("domain")]
    assert len(rows) == len(run.results["estimates"])


def _pages_show_what_the_files_hold(browser, files) -> None:
    for column, rows in files.items():
        for node in NODES:
            page = browser.get(f"{TREE}/by/{column}?node={node}").text
            body = page.partition("<tbody>")[2].partition("</tbody>")[0]
            here = [row for row in rows if row["node"] == node]
            n_hidden = body.count('<td class="figure strong">–</td>')
            assert n_hidden == sum(not row["estimate"] for row in here)
            assert all(f"≈ {row['n']}<" in body for row in here if row["n"])
