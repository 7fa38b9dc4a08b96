"""Joins a script with the modules that it imports, so that a page fetches one file, not thirteen.

Each module becomes a function that is called once, in the order in which they need each other,
and returns what the module exports. It must not know any page. Our modules import and export in
one plain form; any other is refused when the program starts.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_TAKEN: Final = re.compile(r'^import (\{ \w+(?:, \w+)* \}) from "\./(\w+)\.js";$', re.MULTILINE)
_PASSED_ON: Final = re.compile(
    r'^export (\{ \w+(?:, \w+)* \}) from "\./(\w+)\.js";$', re.MULTILINE
)
_GIVEN: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_UNREAD: Final = re.compile(r"^(?:import\b(?! *\()|export .* from ).*", re.MULTILINE)
_UNGIVEN: Final = re.compile(r"^export .*", re.MULTILINE)


def joined(name: str, sources: Mapping[str, str]) -> str:
    """Return a script with all it imports in front of it; it exports itself what it exported."""
    needed = list(dict.fromkeys(_in_order(name, sources)))[:-1]
    modules = [_as_function(module, sources[f"{module}.js"]) for module in needed]
    script = _PASSED_ON.sub(r"export const \1 = $\2;", _with_imports(sources[name]))
    return "\n".join([*modules, _read(_UNREAD, name, script)])


def modules_of(name: str, sources: Mapping[str, str]) -> set[str]:
    """Return the names of a script and of all that it imports, at once or through others."""
    return {f"{module}.js" for module in _in_order(name, sources)}


def _in_order(name: str, sources: Mapping[str, str]) -> Iterator[str]:
    """Yield a module after all that it needs; one that several need comes several times."""
    text = sources[name]
    for _names, module in _TAKEN.findall(text) + _PASSED_ON.findall(text):
        yield from _in_order(f"{module}.js", sources)
    yield name.removesuffix(".js")


def _as_function(module: str, text: str) -> str:
    given = ", ".join(_GIVEN.findall(text))
    body = _read(_UNGIVEN, module, _GIVEN.sub("", _with_imports(text)))
    return f"const ${module} = (() => {{\n{body}\nreturn {{ {given} }};\n}})();"


def _with_imports(text: str) -> str:
    return _TAKEN.sub(r"const \1 = $\2;", text)


def _read(unread: re.Pattern[str], module: str, text: str) -> str:
    """Return the text unless something is left in it that was not read."""
    left = unread.search(text)
    if left:
        raise ValueError(f"{module}: cannot join {left[0]!r}")
    return text
