"""Official figures beside estimates: what is compared, what is only shown, what the page says."""

import dataclasses

import pytest

from survey.analyst.official import Verdict, comparisons
from survey.analyst.official_words import difference_words, printed, verdict_words
from survey.models import Place
from survey.operations.devices import enrol_device
from survey.operations.official import bring_builtin_official, import_results
from survey.operations.rounds import keep_tree, open_round, publish_instrument
from survey.queries.devices import Sender
from survey.queries.official import Break, OfficialFigure, OfficialSide
from survey.queries.scores import KeptTree, Run
from tests.build import a_place, a_round, an_instrument
from tests.unit.survey.analyst.conftest import Fieldwork, a_tree

VILLAGES = ("03646.01", "03646.02", "03664.01", "03664.02")
PAGE = "/analyst/rounds/tinh/nho"


def a_figure(code="D1", year=2023, score=5.0, se=None) -> OfficialFigure:
    return OfficialFigure(
        "14", year, "PAPI", code, score, se, None, None, "tb_cao", "QĐ 1", "H", "", ""
    )


def a_run(**estimates) -> Run:
    rows = [
        {"domain": None, "node": node, "estimate": value, "se": se, "df": 9}
        for node, (value, se) in estimates.items()
    ]
    named = {field.name: "" for field in dataclasses.fields(Run)}
    return Run(**{**named, "results": {"estimates": rows}})


def a_kept_tree(*nodes) -> KeptTree:
    root = {"code": "total", "official": "PAPI", "children": list(nodes)}
    return KeptTree("t", "t", {}, {"tree": root})


def compared(node: dict, estimate, figure, *breaks, year=2026):
    side = OfficialSide({figure.code: figure}, breaks, year)
    tree = a_kept_tree(node)
    run = a_run(total=(None, None), **{node["code"]: estimate})
    return comparisons(tree, run, side).get(node["code"])


@pytest.mark.parametrize(
    ("estimate", "verdict"),
    [
        ((6.0, 0.1), Verdict.RISE),
        ((4.0, 0.1), Verdict.FALL),
        ((5.1, 0.1), Verdict.UNCLEAR),
        ((6.0, None), Verdict.UNKNOWN),
        ((None, None), Verdict.UNKNOWN),
    ],
)
def test_a_difference_says_only_what_its_interval_allows(estimate, verdict):
    assert compared({"code": "D1"}, estimate, a_figure()).verdict is verdict


def test_the_error_of_the_official_figure_counts_when_it_is_known():
    exact = compared({"code": "D1"}, (5.5, 0.1), a_figure())
    blurred = compared({"code": "D1"}, (5.5, 0.1), a_figure(se=0.5))
    assert exact.verdict is Verdict.RISE
    assert blurred.verdict is Verdict.UNCLEAR
    assert blurred.difference.se > exact.difference.se


def test_another_definition_is_never_said_to_rise_or_fall(app):
    found = compared({"code": "D1", "definition": "own"}, (6.0, 0.1), a_figure())
    assert (found.verdict, found.is_own) == (Verdict.APART, True)
    with app.test_request_context("/"):
        assert verdict_words(found) == "khác rõ; khác định nghĩa"


def test_nothing_is_compared_across_a_break_in_method(app):
    found = compared({"code": "D1"}, (6.0, 0.1), a_figure(), Break(2024, (), {"vi": "đổi"}))
    assert (found.verdict, found.difference) == (Verdict.BROKEN, None)
    with app.test_request_context("/"):
        assert "cách đo đã đổi năm 2024" in verdict_words(found)
        assert difference_words(found, 2) == ""


@pytest.mark.parametrize(
    ("year", "codes"), [(2023, ()), (2027, ()), (2024, ("D2",))], ids=["before", "after", "other"]
)
def test_a_break_elsewhere_does_not_hinder(year, codes):
    broken = Break(year, codes, {"vi": "đổi"})
    assert compared({"code": "D1"}, (6.0, 0.1), a_figure(), broken).verdict is Verdict.RISE


def test_a_node_is_compared_with_the_code_it_names():
    assert compared({"code": "x", "official": "D1"}, (6.0, 0.1), a_figure()) is not None
    assert compared({"code": "x"}, (6.0, 0.1), a_figure()) is None


def test_estimates_of_a_part_of_the_sample_are_not_compared():
    run = a_run(total=(None, None), D1=(6.0, 0.1))
    women = {**run.results["estimates"][1], "domain": {"sex": "2"}, "estimate": 1.0}
    run = dataclasses.replace(run, results={"estimates": [*run.results["estimates"], women]})
    side = OfficialSide({"D1": a_figure()}, (), 2026)
    assert comparisons(a_kept_tree({"code": "D1"}), run, side)["D1"].verdict is Verdict.RISE


def test_a_figure_is_shown_with_the_decimals_of_its_print(app):
    with app.test_request_context("/"):
        assert [printed(x) for x in (4.8918, 82.18, 90.0, 7.07)] == [
            "4,8918", "82,18", "90", "7,07",
        ]  # fmt: skip


@pytest.fixture
def province(store) -> Fieldwork:
    """A round in four villages of Sơn La whose tree is laid beside SIPAS."""
    tree = a_tree("nho")
    root = {**tree.mapping["tree"], "official": "SIPAS"}
    tree = dataclasses.replace(tree, mapping={**tree.mapping, "tree": root})
    places = [a_place(code, stratum=code[:5], psu=code) for code in VILLAGES]
    with store.database.writing() as connection:
        for code, kind, parent in (
            ("14", "province", None),
            ("03646", "ward", "14"),
            ("03664", "ward", "14"),
        ):
            facts = {"designation": kind, "name": code, "folded": code, "source": "thử"}
            connection.execute(
                Place.__table__.insert().values(code=code, kind=kind, parent=parent, **facts)
            )
        publish_instrument(connection, an_instrument())
        keep_tree(connection, an_instrument(), tree)
        new = a_round("tinh", is_open_access=False, trees=(tree.sha256,))
        open_round(connection, new, places)
        bring_builtin_official(connection)
        senders = {
            code: Sender(enrol_device(connection, code, code)[0], code, is_revoked=False)
            for code in VILLAGES
        }
    return Fieldwork(store, senders)


def answer(fieldwork: Fieldwork) -> None:
    for village in VILLAGES:
        fieldwork.answer(village, 5, round="tinh")


def test_a_broken_method_is_said_and_no_mark_drawn(province, log_in):
    answer(province)
    page = log_in("analyst").get(PAGE).text
    assert "82,2" in page
    assert "(2022)" in page
    assert "không so sánh: cách đo đã đổi năm 2023, 2025" in page
    assert "Hạng 17 trên 63" in page
    assert "một nguồn thứ cấp" in page


def test_a_figure_of_the_present_method_is_compared(province, database, log_in):
    answer(province)
    file = "place,year,index,code,score,se,source,certainty\n14,2026,SIPAS,SIPAS,5,1,Công báo,H\n"
    with database.writing() as connection:
        import_results(connection, file.encode(), "kq.csv")
    page = log_in("analyst").get(PAGE).text
    assert "(2026)" in page
    assert "tăng rõ" in page
    assert "chênh lệch tính cả sai số của hai bên" in page
    assert "Hình thoi rỗng là kết quả chính thức" in page
    english = log_in("analyst").get(f"{PAGE}?lang=en").text
    assert "clearly higher" in english


def test_a_round_without_an_official_index_shows_none(fieldwork, log_in):
    fieldwork.answer_everywhere(5)
    page = log_in("analyst").get("/analyst/rounds/mau/nho").text
    assert "Chênh lệch với chính thức" not in page
