"""Files of a round's sample and margins: every fault at its row and column, all at once."""

import pytest

from survey.errors import TableError
from survey.instruments.tailor import tailor
from survey.operations.margin_files import read_margins
from survey.operations.sample_files import read_sample
from survey.places.files import KnownPlaces
from tests.build import an_instrument

KNOWN = KnownPlaces(
    frozenset({"14", "03646", "03649"}), frozenset({"03646", "03649"}), {"116": ("cũ", "03646")}
)
HEAD = "place,name,stratum,psu,ssu,base_weight,p1,p2,target,class,certainty"


def sample(*rows: str, policy: str = ""):
    return read_sample("\n".join((HEAD, *rows)).encode(), "mẫu.csv", KNOWN, policy)


def faults(*rows: str, policy: str = "") -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(TableError) as refused:
        sample(*rows, policy=policy)
    assert all(fault.vi and fault.en for fault in refused.value.faults)
    return [(fault.row, fault.column, fault.code) for fault in refused.value.faults]


def margins(*rows: str, kind: str = "raking", off: frozenset[str] = frozenset()):
    source = "\n".join(("variable,value,total", *rows)).encode()
    small = an_instrument()
    return read_margins(source, "biên.csv", small, tailor(small, off, {}), kind)


def margin_faults(*rows: str, **facts) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(TableError) as refused:
        margins(*rows, **facts)
    return [(fault.row, fault.column, fault.code) for fault in refused.value.faults]


def test_a_sample_gives_each_place_its_design_and_weight():
    first, second = sample(
        '03646.01,Bản Một,núi,a,,,"0,5",0.1,20,xa,1',
        "03649,Phường Hai,núi,b,,12.5,,,15,gần,0",
    )
    assert (first.base_weight, first.target_count, first.is_certainty) == (20.0, 20, True)
    assert (second.base_weight, second.response_class, second.ssu) == (12.5, "gần", None)
    assert not second.is_certainty


def test_every_fault_of_a_sample_is_named_at_once():
    assert faults(
        "99999,x,núi,a,1,0,,,x,xa,2",
        "116,x,núi,b,,abc,,,20,xa,",
        "03646,x,thấp,b,2,,,0.5,20,xa,",
        "03646,x,thấp,c,3,2,0.1,,,xa,",
        "03649.01,,thấp,d,4,,1.5,,20,xa,",
    ) == [
        (2, "place", "unknown-place"),
        (2, "target", "bad-count"),
        (2, "certainty", "bad-flag"),
        (2, "base_weight", "not-positive"),
        (3, "place", "other-code"),
        (3, "base_weight", "bad-number"),
        (3, "ssu", "half-filled"),
        (4, "psu", "psu-in-two-strata"),
        (4, "p1", "stage-gap"),
        (5, "place", "place-twice"),
        (5, "target", "class-without-target"),
        (5, "base_weight", "two-weights"),
        (6, "place", "unknown-place"),
        (6, "p1", "bad-probability"),
    ]


def test_no_weight_at_all_is_a_fault():
    assert faults("03646,x,núi,a,,,,,,,", "03649,x,núi,b,,1,,,,,") == [
        (2, "base_weight", "no-weight")
    ]


def test_a_stratum_of_one_psu_needs_a_policy_that_somebody_chose():
    rows = ("03646.01,x,núi,a,,2,,,,,", "03646.02,x,núi,a,,2,,,,,", "03649.01,x,thấp,b,,2,,,,,")
    assert faults(*rows) == [(2, "stratum", "lonely-psu"), (4, "stratum", "lonely-psu")]
    assert len(sample(*rows, policy="refuse")) == len(sample(*rows, policy="adjust")) == 3


def test_margins_are_shares_or_counts_and_may_join_values():
    assert margins("sex,1,0.49", "sex,2,0.51", "s01,1|2,0.2", 's01,3|4|5,"0,8"') == {
        "sex": {"1": 0.49, "2": 0.51}, "s01": {"1|2": 0.2, "3|4|5": 0.8},
    }  # fmt: skip
    assert margins("sex,1,490", "sex,2,510", kind="poststratify") == {
        "sex": {"1": 490.0, "2": 510.0}
    }


def test_every_fault_of_the_margins_is_named_at_once():
    assert margin_faults(
        "sez,1,0.5", "age,30,0.5", "sex,1,0.5", "sex,3,0.4", "sex,1,0.2", "s01,1|2,-3", "s01,5,7"
    ) == [
        (2, "variable", "unknown-variable"),
        (3, "variable", "no-choices"),
        (4, "value", "values-left-out"),
        (4, "total", "shares-not-one"),
        (5, "value", "unknown-value"),
        (6, "value", "value-twice"),
        (7, "total", "bad-number"),
        (7, "value", "values-left-out"),
        (7, "total", "shares-and-counts"),
    ]


def test_counts_of_two_variables_must_agree():
    rows = ("sex,1,490", "sex,2,510", "s01,1|2|3,300", "s01,4|5,600")
    assert margin_faults(*rows) == [(4, "total", "totals-differ")]


def test_post_stratification_takes_one_variable():
    rows = ("sex,1,0.5", "sex,2,0.5", "s01,1|2|3,0.4", "s01,4|5,0.6")
    assert margin_faults(*rows, kind="poststratify") == [(4, "variable", "one-variable")]


def test_an_item_that_the_round_leaves_out_is_no_margin():
    rows = ("sex,1,0.5", "sex,2,0.5")
    found = margin_faults(*rows, off=frozenset({"sex"}))
    assert found == [(2, "variable", "not-asked"), (3, "variable", "not-asked")]
