"""The petition form keeps its promises: five questions, none about an answer that never came."""

from survey.instruments.check import check_response
from survey.instruments.loader import load_builtin
from survey.terms import ResponseState
from tests.build import NOON
from tests.unit.survey.data.sheets import leaves, options, questions, tree


def test_it_asks_five_questions_of_three_to_five_answers():
    assert list(questions("petition")) == [
        "answered", "promptness", "clarity", "outcome", "overall",
    ]  # fmt: skip
    assert all(3 <= len(options("petition", name)) <= 5 for name in questions("petition"))


def test_points_run_from_worst_to_best_so_that_faces_keep_their_places():
    for name in questions("petition"):
        points = [o["name"] for o in options("petition", name) if o["name"].isdecimal()]
        assert points == sorted(points)


def test_who_was_not_answered_is_not_asked_about_the_answer():
    instrument = load_builtin("petition")
    day, complete = NOON.date(), ResponseState.COMPLETE
    silent = {"answered": "0", "outcome": "0", "overall": "1"}
    assert check_response(instrument, silent, {}, complete, day) == ()
    heard = {**silent, "promptness": "1", "clarity": "2"}
    assert check_response(instrument, heard, {}, complete, day) != ()
    assert check_response(instrument, {**heard, "answered": "2"}, {}, complete, day) == ()


def test_half_of_the_index_is_the_overall_answer():
    root = tree("petition", "petition")["tree"]
    overall, handling = root["children"]
    assert (root["combine"], overall["item"]) == ("mean", "overall")
    assert [leaf["item"] for leaf in leaves(handling)] == [
        "answered", "promptness", "clarity", "outcome",
    ]  # fmt: skip
