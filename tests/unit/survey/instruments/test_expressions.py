"""An expression becomes one tree, or one sentence that says what is wrong with it."""

import pytest

from survey.instruments.expressions import conjunction, parse, references, walk
from survey.instruments.mistakes import MistakeFound
from survey.instruments.patterns import normalise

REF = {"op": "ref", "name": "a"}
ONE = {"op": "literal", "value": 1}


def test_operators_bind_as_in_xpath() -> None:
    tree = parse("${a} = 1 or ${a} and 1 + 1 * 1 < 1")
    assert tree["op"] == "or"
    assert tree["args"][0] == {"op": "=", "args": [REF, ONE]}
    right = tree["args"][1]
    assert right["op"] == "and"
    assert right["args"][1]["op"] == "<"
    assert right["args"][1]["args"][0]["args"][1] == {"op": "*", "args": [ONE, ONE]}


def test_operators_of_one_rank_go_from_left_to_right() -> None:
    assert parse("1 - 1 - 1") == {"op": "-", "args": [{"op": "-", "args": [ONE, ONE]}, ONE]}


def test_a_minus_belongs_to_what_follows() -> None:
    assert parse("-1 * 1") == {"op": "*", "args": [{"op": "neg", "args": [ONE]}, ONE]}


def test_whole_numbers_stay_whole_in_json() -> None:
    assert parse("1.0") == ONE
    assert parse("0.5") == {"op": "literal", "value": 0.5}


def test_a_hyphen_inside_a_name_belongs_to_the_name() -> None:
    assert parse("count-selected(${a})") == {"op": "count-selected", "args": [REF]}


def test_choice_name_keeps_the_item_whose_list_it_reads() -> None:
    tree = parse("jr:choice-name(${a}, '${ a }')")
    assert tree == {"op": "jr:choice-name", "name": "a", "args": [REF]}


def test_references_are_found_at_any_depth() -> None:
    assert references(parse("if(${a} = 1, ${b}, concat(${c}, .))")) == {"a", "b", "c"}
    assert references(None) == frozenset()
    assert [node["op"] for node in walk(parse("not(${a})"))] == ["not", "ref"]


def test_conditions_are_joined_by_and() -> None:
    assert conjunction([]) is None
    assert conjunction([REF]) == REF
    assert conjunction([REF, ONE, REF]) == {
        "op": "and",
        "args": [{"op": "and", "args": [REF, ONE]}, REF],
    }


WRONG = [
    ("", "expression-end"),
    ("1 +", "expression-end"),
    ("(1", "expression-end"),
    ("1)", "expression-place"),
    ("1 = = 1", "expression-place"),
    ("concat(1,)", "expression-place"),
    ("concat(,1)", "expression-place"),
    ("concat(1 1)", "expression-place"),
    ("${a", "expression-sign"),
    ("'open", "expression-sign"),
    ("a | b", "expression-sign"),
    ("/data/a", "expression-sign"),
    ("1 === 1", "expression-place"),
    ("if(1, 2)", "argument-count"),
    ("today(1)", "argument-count"),
    ("now()", "unknown-function"),
    ("once(1)", "unknown-function"),
    ("(" * 60 + "1" + ")" * 60, "expression-deep"),
    ("not(" * 60 + "1" + ")" * 60, "expression-deep"),
    ("-" * 60 + "1", "expression-deep"),
    ("1 + " * 2000 + "1", "expression-long"),
    ("format-date(., '%H')", "date-format"),
    ("format-date(., '5%')", "date-format"),
    ("format-date(., 1)", "literal-needed"),
]


@pytest.mark.parametrize(("expression", "code"), WRONG, ids=[w[0][:20] for w in WRONG])
def test_what_cannot_be_read_has_a_reason(expression, code) -> None:
    with pytest.raises(MistakeFound) as caught:
        parse(expression)
    assert caught.value.mistake.code == code


PATTERNS = [
    ("^0[0-9]{9}$", "0[0-9]{9}"),
    ("\\d+", "[0-9]+"),
    ("[\\d.-]*", "[0-9.\\-]*"),
    ("(a|b)?c", "(?:a|b)?c"),
    ("^a$|^b$", "a|b"),
    (".", "[^\\n]"),
    ("[a&&b||~~]", "[a&b|~]"),
    ("\\s", "[ \\t\\n\\r\\f\\v]"),
    ("a\tb\\t[\n]", "a\\tb\\t[\\n]"),
    ("\\.\\+", "\\.\\+"),
    ("[^\\]\\\\]", "[^\\]\\\\]"),
    ("(?:ab){2}", "(?:ab){2}"),
    ("[a-zÀ-ỹ ]{1,60}", "[a-zÀ-ỹ ]{1,60}"),
    ("\\w+@\\w+\\.\\w{2,}", "[A-Za-z0-9_]+@[A-Za-z0-9_]+\\.[A-Za-z0-9_]{2,}"),
]


@pytest.mark.parametrize(("pattern", "common"), PATTERNS)
def test_a_pattern_has_one_common_form(pattern, common) -> None:
    assert normalise(pattern) == common
    assert normalise(common) == common


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "[", "[]", "a**", "*a", "a{3,1}", "(?=a)", "\\1", "\\p{L}", "a*?", "[z-a]", "a^b",
     "a$b", "\\", "{2}", "[[:alpha:]]", "a++", "[a\\"],
)  # fmt: skip
def test_what_the_two_languages_read_differently_is_refused(pattern) -> None:
    with pytest.raises(MistakeFound) as caught:
        normalise(pattern)
    assert caught.value.mistake.code == "pattern"


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a|a)*", "(a*)*b", "(.*,){20}", ".*.*.*.*", "((a?){99}){99}", "(a|b|ab)*c"],
)
def test_a_pattern_that_could_run_away_is_refused(pattern) -> None:
    with pytest.raises(MistakeFound) as caught:
        normalise(pattern)
    assert caught.value.mistake.code == "pattern-wild"


def test_a_pattern_has_a_greatest_length() -> None:
    with pytest.raises(MistakeFound) as caught:
        normalise("a" * 201)
    assert caught.value.mistake.code == "pattern-long"
