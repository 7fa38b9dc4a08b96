"""The engine says the type of everything that goes in and out of it; `Any` is none."""

import ast
import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import scoring
from tests.house.source import ROOT, name_of, product, syntax_of

ENGINE = [path for path in product(".py") if name_of(path).startswith("scoring/")]
UNTYPED = {"scipy", "pyarrow"}
"""What mypy cannot look into: each of their types is Any to it."""


def signatures(path: Path) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield what each public function of a file takes and returns, and each field of a class."""
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield f"{node.name}()", node.returns
            taken = node.args
            for given in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs):
                if given.arg not in {"self", "cls"}:
                    yield f"{node.name}({given.arg})", given.annotation
        elif isinstance(node, ast.ClassDef):
            for field in node.body:
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    yield f"{node.name}.{field.target.id}", field.annotation


def untyped_names(path: Path) -> set[str]:
    """Return the names that a file takes from packages without types."""
    return {
        (name.asname or name.name).split(".")[0]
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
        if (getattr(node, "module", None) or name.name).split(".")[0] in UNTYPED
    }


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_everything_public_has_a_type_and_none_is_any(path) -> None:
    bare = [name for name, type_ in signatures(path) if type_ is None]
    named = {node.id for node in ast.walk(syntax_of(path)) if isinstance(node, ast.Name)}
    assert (bare, "Any" in named) == ([], False)


def test_no_type_of_the_public_face_comes_from_a_package_without_types() -> None:
    faces = {getattr(scoring, name) for name in scoring.__all__ if name != "__version__"}
    rooms = {Path(inspect.getfile(face)) for face in faces if inspect.isroutine(face)}
    rooms |= {Path(inspect.getfile(face)) for face in faces if inspect.isclass(face)}
    guilty = [
        f"{name_of(path)}: {name}"
        for path in sorted(rooms)
        if path.is_relative_to(ROOT)
        for name, type_ in signatures(path)
        if type_ is not None
        and untyped_names(path) & {at.id for at in ast.walk(type_) if isinstance(at, ast.Name)}
    ]
    assert len(rooms) > 10
    assert guilty == []


def test_mypy_is_strict_with_the_engine() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    engine = next(each for each in settings["overrides"] if each["module"] == "scoring.*")
    assert settings["strict"]
    assert "scoring" in settings["files"]
    assert engine == {"module": "scoring.*", "disallow_any_explicit": True}
