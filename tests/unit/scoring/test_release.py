"""What leaves the house as a breakdown: nothing too small, nothing that subtraction shows."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from scoring import Difference, Estimate, IndexTree, Note
from scoring.disclosure.groups import Splits
from scoring.disclosure.release import Policy, Released, Table, release
from scoring.sample import Domain

LEAST, LEAST_OF_COMMUNE = 10, 30
POLICY = Policy(least_by_column={"commune": LEAST_OF_COMMUNE}, sensitive=frozenset({"bribe"}))
TREE = IndexTree.from_mapping(
    {
        "index": "small",
        "min_n": 1,
        "scale": [0, 1],
        "tree": {
            "code": "total",
            "combine": "mean",
            "children": [
                {"code": "A", "item": "a", "range": [0, 1]},
                {"code": "B", "item": "bribe", "range": [0, 1]},
                {"code": "seen", "item": "c", "range": [0, 1], "node_weight": 0},
            ],
        },
    }
)


def group(column: str, value: str) -> Domain:
    return ((column, value),)


def a_table(
    counts: Mapping[str, Mapping[str, int]],
    total: int,
    *,
    inside: Mapping[str, str] | None = None,
    earlier: tuple[Mapping[str, Mapping[Domain, int]], ...] = (),
    ends: frozenset[Domain] = frozenset(),
) -> Table:
    """Every leaf is answered by as many; the communes lie in the strata that ``inside`` says."""
    columns = {column: tuple(group(column, v) for v in of) for column, of in counts.items()}
    nested = {group("commune", c): group("stratum", s) for c, s in (inside or {}).items()}
    sizes: dict[Domain, int] = {(): total}
    sizes |= {group(column, v): n for column, of in counts.items() for v, n in of.items()}
    rows = [
        a_row(node.code, domain, n, ends) for domain, n in sizes.items() for node in TREE.nodes
    ]
    differences = [
        Difference(dict(domain), None, node.code, 0.1, 0.05, 0.0, 0.2, 5, ())
        for domain in sizes
        if domain
        for node in TREE.nodes
    ]
    return Table(TREE, Splits(columns, nested), rows, differences, earlier)


def a_row(node: str, domain: Domain, n: int, ends: frozenset[Domain]) -> Estimate:
    is_null = n < LEAST
    notes = (Note("at-bound", ""),) if domain in ends else ()
    notes = (Note("small-n", ""),) if is_null else notes
    notes = (*notes, Note("blank-domain", "3 rows without a value")) if domain else notes
    figures = (None,) * 5 if is_null else (0.50123, 0.1, 0.3, 0.7, 5)
    return Estimate(dict(domain) or None, node, *figures, n, 1.5, notes)


def shown(released: Released, node: str = "A") -> set[Domain]:
    return {
        tuple(row.domain.items())
        for row in released.estimates
        if row.domain and row.node == node and row.estimate is not None
    }


def test_a_group_of_few_takes_one_more_with_it():
    released = release(a_table({"age": {"1": 6, "2": 20, "3": 40, "4": 34}}, 100), POLICY)
    assert shown(released) == {group("age", "3"), group("age", "4")}
    assert released.proof.least_residue == 26


def test_the_last_two_of_a_split_are_hidden_together():
    released = release(a_table({"sex": {"1": 4, "2": 96}}, 100), POLICY)
    assert shown(released) == set()


def test_those_who_told_no_age_cannot_be_worked_out():
    """Three of 100: the counts of the others are rounded so that there may be none or several."""
    released = release(a_table({"age": {"1": 41, "2": 56}}, 100), POLICY)
    rows = [row for row in released.estimates if row.domain and row.node == "A"]
    assert {row.n for row in rows} <= {40, 45, 55, 60}
    assert {note.code for row in rows for note in row.notes} == set()
    assert [row.estimate for row in rows] == [0.5, 0.5]


def test_nobody_in_a_group_gives_nothing_away():
    released = release(a_table({"age": {"1": 0, "2": 60, "3": 40}}, 100), POLICY)
    assert shown(released) == {group("age", "2"), group("age", "3")}


def test_where_the_whole_is_not_shown_nothing_can_be_subtracted_from_it():
    released = release(a_table({"sex": {"1": 2, "2": 6}}, 8), POLICY)
    assert shown(released) == set()
    assert released.proof.n_residues == 0
    assert released.proof.least_residue is None


def test_communes_ask_for_more_and_hide_within_their_stratum():
    table = a_table(
        {"stratum": {"h": 80, "k": 75}, "commune": {"c1": 25, "c2": 55, "c3": 40, "c4": 35}},
        155,
        inside={"c1": "h", "c2": "h", "c3": "k", "c4": "k"},
    )
    hidden = {group("commune", "c1"), group("commune", "c2")}
    assert shown(release(table, POLICY)) == {
        *(group("stratum", "h"), group("stratum", "k")),
        *(group("commune", "c3"), group("commune", "c4")),
    }
    assert hidden.isdisjoint(shown(release(table, POLICY)))


def test_the_communes_of_a_hidden_stratum_do_not_add_up_to_it():
    """A stratum hidden for another's sake would be the sum of its communes."""
    table = a_table(
        {
            "stratum": {"h": 5, "k": 90, "m": 95},
            "commune": {"c1": 5, "c2": 45, "c3": 45, "c4": 95},
        },
        190,
        inside={"c1": "h", "c2": "k", "c3": "k", "c4": "m"},
    )
    found = shown(release(table, POLICY))
    assert group("stratum", "k") not in found
    assert not {group("commune", "c2"), group("commune", "c3")} <= found


def test_what_a_hidden_leaf_counts_in_is_hidden_and_what_it_does_not_count_in_stays():
    table = a_table({"age": {"1": 40, "2": 60}}, 100, ends=frozenset({group("age", "1")}))
    released = release(table, POLICY)
    assert shown(released, "B") == shown(released, "total") == set()  # all alike on a bribe
    assert shown(released, "A") == shown(released, "seen") == {group("age", k) for k in "12"}
    assert released.proof.hidden == {"extreme": 1, "complement": 1, "part-hidden": 2}


def test_a_group_that_moved_by_a_few_since_an_earlier_release_is_hidden():
    before = {
        leaf.code: {(): 90, group("age", "1"): 40, group("age", "2"): 50}
        for leaf in TREE.item_leaves
    }
    counts = {"age": {"1": 44, "2": 66}}
    assert shown(release(a_table(counts, 110, earlier=(before,)), POLICY)) == set()
    other_tree = {"X": before["A"]}
    assert len(shown(release(a_table(counts, 110, earlier=(other_tree,)), POLICY))) == 2


def test_hidden_figures_carry_no_number_and_shown_counts_are_rounded():
    released = release(a_table({"age": {"1": 6, "2": 21, "3": 73}}, 100), POLICY)
    for row in released.estimates:
        if row.domain is None:
            assert row.n == 100
        elif row.estimate is None:
            assert {row.se, row.low, row.high, row.df, row.n, row.deff} == {None}
            assert {note.fact for note in row.notes} <= {"small-cell", "complement", "part-hidden"}
        else:
            assert row.n % 5 == 0
            assert abs(row.n - 73) < 5
            assert row.deff is None
    hidden = [row for row in released.differences if row.domain_a != {"age": "3"}]
    assert {row.estimate for row in hidden} == {None}
    assert released.counts["A"][group("age", "1")] == 6


def test_the_same_people_are_always_rounded_the_same_way():
    once = release(a_table({"age": {"1": 33, "2": 67}}, 100), POLICY)
    again = release(a_table({"stratum": {"h": 33, "k": 67}}, 100), POLICY)
    assert [row.n for row in once.estimates] == [row.n for row in again.estimates]


def test_an_inner_node_without_answers_keeps_its_count_empty():
    table = a_table({"age": {"1": 50, "2": 50}}, 100)
    given_like = [row._replace(n=None) if row.node == "total" else row for row in table.estimates]
    released = release(Table(TREE, table.splits, given_like), POLICY)
    assert {row.n for row in released.estimates if row.node == "total"} == {None}


sizes = st.one_of(st.integers(0, 14), st.integers(15, 60))


@st.composite
def rounds(draw) -> tuple[dict[str, dict[str, int]], int, dict[str, str]]:
    """Communes in strata, sexes and ages of the same people."""
    strata = draw(st.lists(st.lists(sizes, min_size=1, max_size=4), min_size=1, max_size=4))
    communes = {f"{h}.{c}": n for h, of in enumerate(strata) for c, n in enumerate(of)}
    total = sum(communes.values())
    counts = {"stratum": {str(h): sum(of) for h, of in enumerate(strata)}, "commune": communes}
    for column, most in (("sex", 2), ("age", 5)):
        cuts = sorted(draw(st.lists(st.integers(0, total), min_size=most - 1, max_size=most - 1)))
        ends = [0, *cuts, total]
        counts[column] = {str(k): b - a for k, (a, b) in enumerate(pairwise(ends))}
    return counts, total, {name: name.split(".")[0] for name in communes}


def equations(counts, inside) -> Iterator[tuple[Domain, list[Domain]]]:
    """What anybody knows to add up: written down apart from the code under test."""
    yield (), [group("stratum", h) for h in counts["stratum"]]
    for h in counts["stratum"]:
        yield group("stratum", h), [group("commune", c) for c in inside if inside[c] == h]
    for column in ("sex", "age"):
        yield (), [group(column, v) for v in counts[column]]


def determined(sizes, known, relations) -> list[tuple[Domain, float]]:
    """Return the groups whose sum of answers an attacker can work out, by linear programming.

    The attacker knows the sums of the shown groups and what adds up to what, no bounds.
    """
    unknown = [one for one in sizes if one not in known]
    place = {one: at for at, one in enumerate(unknown)}
    left, right = [], []
    for whole, parts in relations:
        row, value = np.zeros(len(unknown)), 0.0
        for sign, one in ((-1, whole), *((1, part) for part in parts)):
            if one in known:
                value -= sign * sizes[one]
            else:
                row[place[one]] += sign
        left.append(row)
        right.append(value)
    found = []
    for one in unknown:
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(unknown))
            cost[place[one]] = sign
            solved = linprog(
                cost, A_eq=np.array(left), b_eq=right, bounds=[(-1e4, 1e4)] * len(unknown)
            )
            ends.append(sign * solved.fun)
        if abs(ends[0] - ends[1]) < 1e-6:
            found.append((one, ends[0]))
    return found


@settings(max_examples=40, deadline=None)
@given(rounds())
def test_no_linear_program_works_out_a_hidden_group(drawn):
    counts, total, inside = drawn
    table = a_table(counts, total, inside=inside)
    visible = shown(release(table, POLICY))
    every = {(): total} | {group(c, v): n for c, of in counts.items() for v, n in of.items()}
    for one in visible:
        assert every[one] >= (LEAST_OF_COMMUNE if one[0][0] == "commune" else LEAST)
    if total < LEAST:
        return
    for one, value in determined(every, visible | {()}, list(equations(counts, inside))):
        # what can be worked out holds nobody, or everybody
        assert value == pytest.approx(0) or value == pytest.approx(total), one


def test_the_attacker_works_out_what_plain_hiding_leaves_open():
    """The negative control: with only the small group hidden, subtraction tells its answers."""
    counts = {"age": {"1": 6, "2": 20, "3": 40, "4": 34}}
    every = {(): 100} | {group("age", v): n for v, n in counts["age"].items()}
    plainly = {one for one, n in every.items() if n >= LEAST}
    relations = [((), [group("age", v) for v in counts["age"]])]
    assert determined(every, plainly, relations) == [(group("age", "1"), pytest.approx(6))]
