"""The manners of the house: what a linter cannot see for itself."""

import ast
import re

import pytest

from tests.house.source import ROOT, files, name_of, product, syntax_of

TOP = {
    "README.md", "requirements.txt", "config.py", "wsgi.py", "scoring", "survey", "migrations",
    "tests", "pyproject.toml", "Makefile", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "docs",
    "bench", "deploy", ".ci", ".gitignore", ".gitattributes",
}  # fmt: skip

SYNONYMS = re.compile(
    r"questionnaire_id|survey_weight|enumerator|verify_(?!password)\w+|\w+Manager|\w+Helper|"
    r"\w+Utils?|\w+Processor|\w+Handler|data_|info"
)
"""Words that the glossary replaces: one word per thing everywhere."""


def test_only_the_agreed_names_stand_at_the_top() -> None:
    assert {name_of(path).split("/")[0] for path in files()} <= TOP


@pytest.mark.parametrize("path", product(".py"), ids=name_of)
def test_a_module_says_its_purpose_first(path) -> None:
    assert ast.get_docstring(syntax_of(path))


@pytest.mark.parametrize("path", product(".js", ".css"), ids=name_of)
def test_a_static_file_says_its_purpose_first(path) -> None:
    assert path.read_text(encoding="utf-8").lstrip().startswith(("/*", "//"))


@pytest.mark.parametrize("path", product(".py"), ids=name_of)
def test_imports_stand_at_the_top(path) -> None:
    inner = [
        node.lineno
        for function in ast.walk(syntax_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inner == []


def _names_given_in(path) -> set[str]:
    """Return the names that a file gives itself: classes, functions, arguments, variables."""
    given = set()
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            given.add(node.name)
        elif isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            given.add(node.id)
    return given


@pytest.mark.parametrize("path", product(".py"), ids=name_of)
def test_one_word_stands_for_one_thing(path) -> None:
    assert [name for name in _names_given_in(path) if SYNONYMS.fullmatch(name)] == []


def test_only_two_doors_catch_everything() -> None:
    blanket = [
        f"{name_of(path)}:{handler.lineno}"
        for path in product(".py")
        for handler in ast.walk(syntax_of(path))
        if isinstance(handler, ast.ExceptHandler)
        and (
            handler.type is None
            or (
                isinstance(handler.type, ast.Name)
                and handler.type.id in {"Exception", "BaseException"}
            )
        )
    ]
    assert len(blanket) <= 2, blanket


def test_sql_text_is_never_glued_together() -> None:
    glued = [
        f"{name_of(path)}:{call.lineno}"
        for path in product(".py")
        for call in ast.walk(syntax_of(path))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in {"text", "exec_driver_sql"}
        and call.args
        and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert glued == []


@pytest.mark.parametrize("path", product(".html"), ids=name_of)
def test_a_page_escapes_everything_and_fetches_nothing_from_elsewhere(path) -> None:
    page = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|\sstyle=|\son\w+=", page)
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", page)


@pytest.mark.parametrize("path", product(".html"), ids=name_of)
def test_a_form_that_posts_carries_its_token(path) -> None:
    page = path.read_text(encoding="utf-8")
    posts = len(re.findall(r"<form[^>]*method=[\"']post", page, re.IGNORECASE))
    tokens = len(re.findall(r"csrf_token|hidden_tag", page))
    assert tokens >= posts


@pytest.mark.parametrize("path", product(".js"), ids=name_of)
def test_a_script_builds_no_markup_from_text(path) -> None:
    script = path.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", script
    )


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_a_decision_has_a_number_of_its_own_and_bears_it() -> None:
    decisions = [path for path in files(".md") if name_of(path).startswith("docs/decisions/")]
    numbers = [int(path.name[:4]) for path in decisions]
    assert sorted(numbers) == sorted(set(numbers))
    titles = [path.read_text(encoding="utf-8").partition(" ")[2] for path in decisions]
    assert [int(title.partition(".")[0]) for title in titles] == numbers
