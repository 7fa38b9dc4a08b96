"""Rounds in one frame: shared PSUs keep their covariance, new ones have none."""

import numpy as np
import pytest

from scoring import (
    Calibration,
    Codes,
    DataError,
    Design,
    DesignError,
    IndexTree,
    Options,
    Sample,
    calibrate,
    join_rounds,
    score_sample,
    score_totals,
    totals_of,
)

TREE = IndexTree.from_mapping(
    {
        "index": "i",
        "min_n": 1,
        "tree": {"code": "a", "item": "a", "range": [0, 9], "scale": [0, 9]},
    }
)
NEWEST = Options([["round"], ["round", "half"]], [({"round": "2"}, {"round": "1"})])


def sample_of(seed: int, psus: str, strata: str, *, ssu: bool = False) -> Sample:
    """Four respondents in each PSU."""
    random = np.random.default_rng(seed)
    n = 4 * len(psus)
    villages = [str(at % 2) for at in range(n)] if ssu else None
    design = Design.from_labels(
        stratum=[h for h in strata for _ in range(4)],
        psu=[c for c in psus for _ in range(4)],
        ssu=villages,
    )
    half = Codes.of(["x", "x", "y", ""] * len(psus))
    return Sample.from_columns(
        design,
        weight=random.uniform(1, 3, n),
        items={"a": random.integers(0, 10, n)},
        domains={"half": half},
    )


def both(one: Sample, two: Sample):
    rounds = {
        "1": totals_of(one, TREE, [["half"]]),
        "2": totals_of(two, TREE, [["half"]]),
    }
    return join_rounds(rounds)


def labels_of(sample: Sample) -> list[tuple[str, str, str]]:
    """Stratum, PSU and half of each row."""
    frame, half = sample.design.frame, sample.domains["half"]
    names = (*half.labels, "")
    return [
        (frame.strata[frame.psu_stratum[psu]], frame.psus[psu], names[code])
        for psu, code in zip(sample.design.psu, half.codes, strict=True)
    ]


def stacked(one: Sample, two: Sample) -> Sample:
    """The rows of two rounds as one file would hold them."""
    stratum, psu, half = zip(*labels_of(one), *labels_of(two), strict=True)
    return Sample.from_columns(
        Design.from_labels(stratum=stratum, psu=psu),
        weight=np.concatenate([one.weight, two.weight]),
        items={"a": np.concatenate([part.items["a"].codes for part in (one, two)])},
        domains={"round": ["1"] * len(one.weight) + ["2"] * len(two.weight), "half": half},
    )


def test_rounds_on_shared_psus_are_the_stacked_file():
    one, two = sample_of(1, "123456", "aaabbb"), sample_of(2, "124567", "aaabbb")
    joined = both(one, two)
    assert (joined.shared, joined.fresh, joined.changed) == (4, (), ())
    ours = score_totals(joined.totals, TREE, NEWEST)
    whole = score_sample(stacked(one, two), TREE, NEWEST)
    for mine, theirs in zip(ours.estimates, whole.estimates, strict=True):
        assert mine.domain == theirs.domain
        assert mine[2:8] == pytest.approx(theirs[2:8])
    for mine, theirs in zip(ours.differences, whole.differences, strict=True):
        assert mine[3:8] == pytest.approx(theirs[3:8])


def test_a_stratum_drawn_anew_keeps_each_rounds_error_and_no_covariance():
    one, two = sample_of(3, "1234", "aabb"), sample_of(4, "5678", "aabb")
    joined = both(one, two)
    assert (joined.shared, joined.fresh) == (0, ("a", "b"))
    result = score_totals(joined.totals, TREE, NEWEST)
    alone = [score_sample(each, TREE, Options()).get("a") for each in (one, two)]
    rounds = [result.get("a", {"round": name}) for name in "12"]
    assert [row[2:8] for row in rounds] == [pytest.approx(row[2:8]) for row in alone]
    difference = result.differences[0]
    assert difference.se == pytest.approx(np.hypot(alone[0].se, alone[1].se))
    assert difference.df == alone[0].df + alone[1].df
    covariance = result.covariance([("a", {"round": name}) for name in "12"])
    assert covariance[0, 1] == 0


def test_strata_that_only_one_round_has_are_named_and_kept():
    joined = both(sample_of(5, "1234", "aabb"), sample_of(6, "1256", "aacc"))
    assert (joined.shared, joined.fresh, joined.changed) == (2, (), ("b", "c"))
    assert set(joined.totals.frame.strata) == {"a", "b", "c"}


def test_the_second_of_three_rounds_links_the_others():
    rounds = {
        name: totals_of(sample_of(7, psus, "aaa"), TREE)
        for name, psus in (("1", "123"), ("2", "345"), ("3", "567"), ("4", "89X"))
    }
    joined = join_rounds(rounds, "year")
    assert joined.totals.frame.strata == ("a (1, 2, 3)", "a (4)")
    assert joined.shared == 2


def test_villages_of_the_one_psu_serve_in_joined_rounds_too():
    one = sample_of(8, "12", "aa", ssu=True)
    two = sample_of(9, "12", "aa", ssu=True).take(np.arange(4))
    result = score_totals(both(one, two).totals, TREE, NEWEST)
    row, alone = result.get("a", {"round": "2"}), score_sample(two, TREE, Options()).get("a")
    assert [note.code for note in row.notes] == ["within-psu", "df-1"]
    assert row[2:8] == pytest.approx(alone[2:8])


def test_calibrated_rounds_join_with_their_weights_fixed():
    margins = Calibration("raking", {"half": {"x": 0.3, "y": 0.7}})
    rows = np.asarray([at for at in range(24) if at % 4 < 3])
    rounds = {"1": sample_of(1, "123456", "aaabbb"), "2": sample_of(2, "124567", "aaabbb")}
    raked = {}
    for name, sample in rounds.items():
        totals = totals_of(sample.take(rows), TREE, cells=["half"])
        raked[name] = calibrate(totals, margins).weigh(totals)
    result = score_totals(join_rounds(raked).totals, TREE, Options([["round"]]))
    alone = score_sample(rounds["2"].take(rows), TREE, Options(calibration=margins)).get("a")
    assert result.get("a", {"round": "2"}).estimate == pytest.approx(alone.estimate)


def test_a_contrast_of_estimates_uses_their_covariance():
    result = score_totals(
        both(sample_of(1, "123456", "aaabbb"), sample_of(2, "124567", "aaabbb")).totals,
        TREE,
        NEWEST,
    )
    keys = [("a", {"round": name}) for name in "21"]
    contrast, difference = result.contrast([(1, keys[0]), (-1, keys[1])]), result.differences[0]
    assert contrast[:2] == pytest.approx(difference[3:5])
    assert contrast.high - contrast.low >= difference.high - difference.low


def drawn_without_replacement() -> Sample:
    sample = sample_of(1, "12", "aa")
    design = sample.design.without_replacement(np.full(8, 20.0))
    return Sample(design, sample.weight, sample.items, sample.domains)


GROUPED = sample_of(1, "12", "aa").take(np.asarray([0, 1, 2, 4, 5, 6]))
ONE = totals_of(sample_of(1, "12", "aa"), TREE, [["half"]])


@pytest.mark.parametrize(
    ("rounds", "column", "error", "said"),
    [
        ({"1": ONE}, "round", DataError, "needs two rounds"),
        ({"1": ONE, "2": ONE}, "half", DataError, "a domain column 'half' already"),
        (
            {"1": ONE, "2": totals_of(sample_of(1, "12", "aa", ssu=True), TREE)},
            "round",
            DataError,
            "only some know second-stage units",
        ),
        (
            {"1": totals_of(GROUPED, TREE, cells=["half"]), "2": ONE},
            "round",
            DataError,
            "calibration cells",
        ),
        (
            {"1": ONE, "2": totals_of(drawn_without_replacement(), TREE)},
            "round",
            DesignError,
            "without replacement",
        ),
    ],
)
def test_rounds_that_cannot_be_joined_are_refused(rounds, column, error, said):
    with pytest.raises(error, match=said):
        join_rounds(rounds, column)
