"""Small mistakes to plant in a Python file, one at a time: what a good test must notice.

Left alone: docstrings, texts, annotations, decorators, type aliases and the words of errors.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Change: TypeAlias = tuple[ast.AST, str, str]
"""A node, the kind of mistake, and the text to stand in its place."""

SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mod,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
NAMES = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "zeros": "ones",
    "ones": "zeros",
    "sum": "max",
    "mean": "max",
    "exp": "log",
    "sqrt": "square",
}
"""Functions that are taken for each other."""


@dataclass(frozen=True)
class Mutation:
    """One mistake in one file.

    Parameters
    ----------
    first, last : lines of the statement that holds it; its tests are those that run them
    line : where it stands
    scope : the function or class it stands in, with those around it; else what is assigned
    kind : what was done
    before, after : the text of the place
    source : the whole file with the mistake in it
    """

    first: int
    last: int
    line: int
    scope: str
    kind: str
    before: str
    after: str
    source: str


def mutations_of(source: str) -> list[Mutation]:
    """Return every mistake for a file, in the order of its lines."""
    found = []
    for scope, statement in _statements(ast.parse(source)):
        last = _last_line(statement)
        for node, kind, after in _changes(statement):
            before, mutated = _spliced(source, node, after)
            if ast.dump(ast.parse(source)) != ast.dump(ast.parse(mutated)):
                lines = (statement.lineno, last, node.lineno)
                found.append(Mutation(*lines, scope, kind, before, after, mutated))
    return found


def _statements(tree: ast.AST, scope: str = "") -> Iterator[tuple[str, ast.stmt]]:
    """Yield every statement that does something, with its scope; those within others included."""
    for node in ast.iter_child_nodes(tree):
        within = _within(node, scope)
        if isinstance(node, ast.stmt) and not _is_said_only(node):
            yield within, node
        if not isinstance(node, ast.expr):
            yield from _statements(node, within)


def _within(node: ast.AST, scope: str) -> str:
    """Return the scope of a node that stands in another scope."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return f"{scope}.{name}" if scope else name
        case ast.Assign(targets=[ast.Name(id=name)]) if not scope:
            return name
    return scope


def _is_said_only(node: ast.stmt) -> bool:
    """Whether a statement is a docstring, an ellipsis, an import or a type alias."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias"
    return isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef)


def _last_line(statement: ast.stmt) -> int:
    """Return the last line of a simple statement, or of the head of a compound one."""
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        return max(statement.lineno, body[0].lineno - 1)
    return statement.end_lineno or statement.lineno


def _changes(statement: ast.stmt) -> Iterator[Change]:
    """Yield the mistakes of a statement itself, without those of statements within it."""
    yield from _statement_changes(statement)
    if isinstance(statement, ast.Raise):
        return
    for expression in _expressions(statement):
        change = CHANGES.get(type(expression))
        if change is not None:
            yield from change(expression)


def _statement_changes(statement: ast.stmt) -> Iterator[Change]:
    match statement:
        case ast.Raise() | ast.Expr(ast.Call()):
            yield statement, "statement", "pass"
        case ast.Return(ast.expr()):
            yield statement, "return", "return None"
        case ast.AugAssign(target, op, value):
            for other in SWAPS.get(type(op), ()):
                yield statement, "arithmetic", ast.unparse(ast.AugAssign(target, other(), value))
        case ast.If(test) | ast.While(test) if not isinstance(test, ast.Compare):
            yield test, "condition", f"not ({ast.unparse(test)})"


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions of a statement; not annotations, decorators, texts or types."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_comment", "target_type"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.stmt | ast.JoinedStr):
                continue
            if isinstance(child, ast.expr):
                yield child
            if not _is_type_test(child):
                yield from _expressions(child)


def _is_type_test(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance"


def _comparisons(node: ast.Compare) -> Iterator[Change]:
    for at, op in enumerate(node.ops):
        for other in SWAPS.get(type(op), ()):
            ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            yield node, "comparison", _text(ast.Compare(node.left, ops, node.comparators))


def _arithmetic(node: ast.BinOp) -> Iterator[Change]:
    for other in SWAPS.get(type(node.op), ()):
        yield node, "arithmetic", _text(ast.BinOp(node.left, other(), node.right))


def _booleans(node: ast.BoolOp) -> Iterator[Change]:
    yield node, "boolean", _text(ast.BoolOp(SWAPS[type(node.op)][0](), node.values))


def _signs(node: ast.UnaryOp) -> Iterator[Change]:
    if not isinstance(node.operand, ast.Constant):
        kind = "arithmetic" if isinstance(node.op, ast.USub) else "boolean"
        yield node, kind, _text(node.operand)


def _choices(node: ast.IfExp) -> Iterator[Change]:
    yield node, "condition", _text(ast.IfExp(node.test, node.orelse, node.body))


def _constants(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield node, "constant", str(not value)
    elif isinstance(value, int | float):
        yield node, "constant", repr(value + 1)


def _slices(node: ast.Slice) -> Iterator[Change]:
    lower, upper, step = node.lower, node.upper, node.step
    if lower is not None:
        yield node, "slice", ast.unparse(ast.Slice(None, upper, step))
    if upper is not None:
        yield node, "slice", ast.unparse(ast.Slice(lower, None, step))
    if step is not None:
        yield node, "slice", ast.unparse(ast.Slice(lower, upper, None))


def _calls(node: ast.Call) -> Iterator[Change]:
    """Yield another function of the same arguments, and a choice whose sides are exchanged."""
    function = node.func
    match function:
        case ast.Attribute(value, name, context) if name in NAMES:
            other: ast.expr = ast.Attribute(value, NAMES[name], context)
            yield node, "function", ast.unparse(ast.Call(other, node.args, node.keywords))
        case ast.Name(name, context) if name in NAMES:
            other = ast.Name(NAMES[name], context)
            yield node, "function", ast.unparse(ast.Call(other, node.args, node.keywords))
        case ast.Attribute(_, "where") if len(node.args) == 3:
            condition, first, second = node.args
            yield (
                node,
                "condition",
                ast.unparse(ast.Call(function, [condition, second, first], [])),
            )


CHANGES: dict[type[ast.AST], Callable[..., Iterator[Change]]] = {
    ast.Compare: _comparisons,
    ast.BinOp: _arithmetic,
    ast.BoolOp: _booleans,
    ast.UnaryOp: _signs,
    ast.IfExp: _choices,
    ast.Constant: _constants,
    ast.Slice: _slices,
    ast.Call: _calls,
}


def _text(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"


def _spliced(source: str, node: ast.AST, after: str) -> tuple[str, str]:
    """Return what stood at a node, and the source with other text in its place."""
    lines = source.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    raw = source.encode()
    begin = starts[node.lineno - 1] + node.col_offset
    end = starts[node.end_lineno - 1] + node.end_col_offset
    mutated = raw[:begin] + after.encode() + raw[end:]
    return " ".join(raw[begin:end].decode().split()), mutated.decode()
