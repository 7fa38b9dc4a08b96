"""XLSForm expressions read once into a small tree that Python, JavaScript and the API share.

A node is a JSON object. Leaves: ``{"op": "literal", "value": text or number}``,
``{"op": "ref", "name": item}`` for ``${item}``, ``{"op": "self"}`` for ``.``, and ``{"op":
"column", "name": c}`` for a column of the choices sheet (in a choice_filter only). Everything
else is ``{"op": operator or function, "args": [...]}``; ``jr:choice-name`` also carries the
``name`` of the item whose list holds the label. The meaning is fixed in evaluate.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from survey.instruments.mistakes import MistakeFound, say
from survey.instruments.model import Ast
from survey.instruments.patterns import normalise

FUNCTIONS: Final[dict[str, tuple[int, int]]] = {
    "abs": (1, 1),
    "coalesce": (2, 2),
    "concat": (1, 30),
    "contains": (2, 2),
    "count-selected": (1, 1),
    "date": (1, 1),
    "ends-with": (2, 2),
    "false": (0, 0),
    "format-date": (2, 2),
    "if": (3, 3),
    "int": (1, 1),
    "jr:choice-name": (2, 2),
    "max": (1, 30),
    "min": (1, 30),
    "not": (1, 1),
    "number": (1, 1),
    "regex": (2, 2),
    "round": (1, 2),
    "selected": (2, 2),
    "starts-with": (2, 2),
    "string": (1, 1),
    "string-length": (1, 1),
    "substr": (2, 3),
    "today": (0, 0),
    "true": (0, 0),
}
"""The closed table: name -> fewest and most arguments, as ODK Collect takes them."""

_BINDING: Final = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
_MINUS_BINDING: Final = 7
_MAX_LENGTH: Final = 4000
_MAX_DEPTH: Final = 40
_DATE_SIGNS: Final = re.compile(r"%([^Yymnde]|$)")
_QUOTED_REF: Final = re.compile(r"\s*\$\{\s*([^{}]*?)\s*\}\s*")
_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    | (?P<text>"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’)
    | \$\{\s*(?P<ref>[^{}]*?)\s*\}
    | (?P<name>[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?)
    | (?P<sign>!=|<=|>=|[=<>+*(),.-])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Token:
    kind: str
    value: str


def parse(expression: str) -> Ast:
    """Return the tree of one expression; raise MistakeFound with the first thing wrong in it."""
    if len(expression) > _MAX_LENGTH:
        raise MistakeFound(say("expression-long", limit=_MAX_LENGTH))
    reader = _Reader(list(_tokens(expression)), expression)
    tree = reader.binary(0, 0)
    if reader.token.kind != "end":
        raise reader.unexpected()
    return tree


def walk(tree: Ast) -> Iterator[Ast]:
    """Yield every node of a tree, parents before children."""
    yield tree
    for child in cast("list[Ast]", tree.get("args", [])):
        yield from walk(child)


def references(tree: Ast | None) -> frozenset[str]:
    """Return the names of the items that an expression reads."""
    if tree is None:
        return frozenset()
    return frozenset(str(node["name"]) for node in walk(tree) if node["op"] == "ref")


def conjunction(trees: list[Ast]) -> Ast | None:
    """Return ``a and b and ...``, or None where there is no condition."""
    if not trees:
        return None
    whole, *others = trees
    for tree in others:
        whole = {"op": "and", "args": [whole, tree]}
    return whole


def _tokens(expression: str) -> Iterator[_Token]:
    position, length = 0, len(expression.rstrip())
    while position < length:
        match = _TOKEN.match(expression, position)
        if match is None or match.lastgroup is None:
            got = expression[position:].strip()[:12]
            raise MistakeFound(say("expression-sign", got=got))
        yield _Token(match.lastgroup, match[match.lastgroup])
        position = match.end()
    yield _Token("end", "")


class _Reader:
    """A precedence-climbing reader over the tokens of one expression."""

    def __init__(self, tokens: list[_Token], expression: str) -> None:
        self.tokens = tokens
        self.position = 0
        self.expression = expression

    @property
    def token(self) -> _Token:
        """The token that is read next."""
        return self.tokens[self.position]

    def unexpected(self) -> MistakeFound:
        """Return the error for a token that cannot stand where it stands."""
        if self.token.kind == "end":
            return MistakeFound(say("expression-end", expression=self.expression))
        return MistakeFound(say("expression-place", got=self.token.value))

    def _take(self) -> _Token:
        token = self.token
        self.position += 1
        return token

    def _expect(self, sign: str) -> None:
        if self.token != _Token("sign", sign):
            raise self.unexpected()
        self._take()

    def binary(self, floor: int, depth: int) -> Ast:
        """Read operands and operators that bind more tightly than ``floor``."""
        if depth > _MAX_DEPTH:
            raise MistakeFound(say("expression-deep", limit=_MAX_DEPTH))
        left = self._operand(depth)
        while self.token.kind in {"sign", "name"}:
            binding = _BINDING.get(self.token.value, 0)
            if binding <= floor:
                break
            operator = self._take().value
            left = {"op": operator, "args": [left, self.binary(binding, depth + 1)]}
        return left

    def _operand(self, depth: int) -> Ast:
        token = self._take()
        if token.kind == "number":
            value = float(token.value)
            return {"op": "literal", "value": int(value) if value.is_integer() else value}
        if token.kind == "text":
            return {"op": "literal", "value": token.value[1:-1]}
        if token.kind == "ref":
            return {"op": "ref", "name": token.value}
        if token.kind == "name":
            return self._call(token.value, depth)
        return self._sign(token.value, depth)

    def _sign(self, sign: str, depth: int) -> Ast:
        if sign == ".":
            return {"op": "self"}
        if sign == "-":
            return {"op": "neg", "args": [self.binary(_MINUS_BINDING, depth + 1)]}
        if sign == "(":
            inner = self.binary(0, depth + 1)
            self._expect(")")
            return inner
        self.position -= 1
        raise self.unexpected()

    def _call(self, name: str, depth: int) -> Ast:
        if self.token != _Token("sign", "("):
            return {"op": "column", "name": name}
        self._take()
        if name not in FUNCTIONS:
            functions = ", ".join(FUNCTIONS)
            raise MistakeFound(say("unknown-function", FUNCTIONS, got=name, functions=functions))
        arguments: list[Ast] = []
        while self.token != _Token("sign", ")"):
            if arguments:
                self._expect(",")
            arguments.append(self.binary(0, depth + 1))
        self._take()
        return _checked_call(name, arguments)


def _checked_call(name: str, arguments: list[Ast]) -> Ast:
    fewest, most = FUNCTIONS[name]
    if not fewest <= len(arguments) <= most:
        expected = str(fewest) if fewest == most else f"{fewest}-{most}"
        raise MistakeFound(say("argument-count", got=name, expected=expected, n=len(arguments)))
    if name == "regex":
        return {"op": name, "args": [arguments[0], _pattern(arguments[1])]}
    if name == "jr:choice-name":
        return {"op": name, "name": _quoted_name(arguments[1]), "args": arguments[:1]}
    if name == "format-date":
        _check_date_format(arguments[1])
    return {"op": name, "args": arguments}


def _pattern(argument: Ast) -> Ast:
    return {"op": "literal", "value": normalise(_literal_text(argument, "regex"))}


def _quoted_name(argument: Ast) -> str:
    match = _QUOTED_REF.fullmatch(str(argument.get("value", "")))
    if match is None:
        raise MistakeFound(say("choice-name"))
    return match.group(1)


def _check_date_format(argument: Ast) -> None:
    text = _literal_text(argument, "format-date")
    if _DATE_SIGNS.search(text):
        raise MistakeFound(say("date-format", got=text))


def _literal_text(argument: Ast, function: str) -> str:
    text = argument.get("value")
    if not isinstance(text, str):
        raise MistakeFound(say("literal-needed", got=function))
    return text
