"""The counter form keeps its promises: the points of the law, few questions, under two minutes."""

import re

from tests.unit.survey.data.sheets import LANGUAGES, leaves, options, questions, sheet, tree

SYLLABLES_A_MINUTE = 200
"""The pace of reading aloud without hurry; a reader at 150 needs half a minute more."""

SECONDS_A_TAP = 1.5


def syllables(row):
    """Count what is read of a question or a choice, with the longest text piped in."""
    piped = {r["name"]: r["calculation"] for r in sheet("one_stop", "survey")}
    shown = f"{row[f'label::{LANGUAGES[0]}']} {row.get(f'hint::{LANGUAGES[0]}', '')}"

    def longest(match):
        texts = re.findall("'([^']+)'", piped[match[1]])
        return max(texts, key=lambda text: len(text.split()))

    return len(re.sub(r"\$\{(\w+)\}", longest, shown).replace("/", " ").split())


def test_it_asks_nine_to_twelve_questions():
    assert 9 <= len(questions("one_stop")) <= 12


def test_every_choice_question_offers_three_to_five_answers():
    sizes = {name: len(options("one_stop", name)) for name in questions("one_stop")}
    assert {name: n for name, n in sizes.items() if name != "opinion" and not 3 <= n <= 5} == {}


def test_the_longest_way_through_takes_under_two_minutes_without_writing():
    asked = questions("one_stop")
    read = sum(
        syllables(row) + sum(syllables(option) for option in options("one_stop", name))
        for name, row in asked.items()
    )
    seconds = 60 * read / SYLLABLES_A_MINUTE + SECONDS_A_TAP * len(asked)
    assert seconds < 120


def test_points_run_from_worst_to_best_so_that_faces_keep_their_places():
    for name in questions("one_stop"):
        points = [o["name"] for o in options("one_stop", name) if o["name"].isdecimal()]
        assert points == sorted(points)


def test_who_only_asks_for_information_is_not_asked_about_a_dossier():
    asked = questions("one_stop")
    for name in ("promptness", "accuracy"):
        assert asked[name]["relevant"] == "${purpose} = 'result'"
    for name in ("contacts", "offices", "extra_cost"):
        assert asked[name]["relevant"] == "${purpose} = 'submit' or ${purpose} = 'result'"


def test_the_agency_tree_has_the_nine_indicators_with_two_given_by_the_unit():
    agency = tree("one_stop", "one_stop")["tree"]
    found = {leaf["code"]: leaf.get("item") or leaf.get("given") for leaf in leaves(agency)}
    assert found == {
        "1": "promptness",
        "2": "tt01_2",
        "3": "contacts",
        "4": "offices",
        "5": "tt01_5",
        "6": "public_info",
        "7": "attitude",
        "8": "petition",
        "9": "online",
    }


def test_the_officer_tree_has_indicators_1_2_3_4_and_7():
    officer = tree("one_stop", "officer")["tree"]
    assert [leaf["code"] for leaf in leaves(officer)] == ["1", "2", "3", "4", "7"]


def test_an_indicator_without_data_is_left_out_and_nothing_rescaled():
    for name in ("one_stop", "officer"):
        root = tree("one_stop", name)["tree"]
        assert (root["combine"], root["missing"]) == ("sum", "drop")


def test_grades_begin_where_the_circular_says():
    agency = tree("one_stop", "one_stop")["tree"]["present"]
    officer = tree("one_stop", "officer")["tree"]["present"]
    assert [(g["from"], g["title"]["vi"]) for g in agency["grades"]] == [
        (15, "Xuất sắc"),
        (12, "Tốt"),
        (9, "Khá"),
        (6, "Trung bình"),
        (0, "Yếu"),
    ]
    assert [g["from"] for g in officer["grades"]] == [5, 3.5, 0]
    assert all((p["decimals"], p["round_children"]) == (1, 1) for p in (agency, officer))


def test_silence_about_complaints_is_no_satisfaction():
    index = tree("one_stop", "satisfaction")["tree"]
    assert "petition" not in {leaf["item"] for leaf in leaves(index)}
