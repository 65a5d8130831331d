"""The generic slips that an expression or a statement invites: one node in, other texts out.

Each function knows one family of slips. It sees syntax alone, so what it proposes may do the same
as the original, or raise; who runs the mutants finds out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

# A family, and the text that takes the place of a node's own.
Proposal = tuple[str, str]

_OPERATORS: Final[Mapping[type[ast.operator], tuple[type[ast.operator], ...]]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_REDUCTIONS: Final[Mapping[str, str]] = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "maximum": "minimum",
    "minimum": "maximum",
    "argmax": "argmin",
    "argmin": "argmax",
    "var": "std",
    "std": "var",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
}
_POINTWISE: Final = frozenset({"sqrt", "exp", "expm1", "log", "log1p", "abs", "square", "tanh"})
_AXES: Final = frozenset({"axis", "axes", "dim"})
_TINY: Final = 1e-2  # what is smaller guards against a division by zero
_TINY_FACTOR: Final = 100


def of_expression(node: ast.expr) -> Iterator[Proposal]:
    """Yields what may stand for an expression, whatever it stands in."""
    for propose in _EXPRESSIONS:
        yield from propose(node)


def of_constant(value: Any, family: str = "constants") -> Iterator[Proposal]:
    """Yields neighbours of a number: 0 and 1, one more and one less, 100 times a guard.

    >>> [text for _, text in of_constant(2)], [text for _, text in of_constant(1e-5)]
    (['3', '1'], ['0.001'])
    """
    match value:
        case bool():
            yield family, str(not value)
        case int():
            others = (value + 1, value - 1) if value > 0 else (value + 1,)
            yield from ((family, repr(other)) for other in others)
        case float() if 0 < abs(value) < _TINY:
            yield family, repr(float(f"{value * _TINY_FACTOR:.12g}"))
        case float():
            others_f = (value + 1.0, value / 2) if value else (1.0,)
            yield from ((family, repr(other)) for other in others_f)


def of_statement(node: ast.stmt, known: frozenset[str]) -> Iterator[Proposal]:
    """Yields what may stand for a whole statement.

    Args:
        node: the statement.
        known: names that have a value without it; an assignment to others is not left out, because
            that could only raise.
    """
    match node:
        case ast.AugAssign(op=op) if type(op) in _OPERATORS:
            for other in _OPERATORS[type(op)]:
                changed = ast.AugAssign(node.target, other(), node.value)
                yield "operators", ast.unparse(changed)
            yield "statements", "pass"
            yield "statements", ast.unparse(ast.Assign([node.target], node.value, lineno=0))
        case ast.AugAssign() | ast.Expr(value=ast.Call()):
            yield "statements", "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "statements", "pass"
        case ast.Assign(targets=[ast.Name(id=name)]) if name in known:
            yield "statements", "pass"
        case ast.Continue() | ast.Break():
            yield "statements", "pass"


def _operators(node: ast.expr) -> Iterator[Proposal]:
    match node:
        case ast.BinOp(op=op) if type(op) in _OPERATORS:
            for other in _OPERATORS[type(op)]:
                yield "operators", _in_brackets(ast.BinOp(node.left, other(), node.right))
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            for swapped in _COMPARISONS[type(op)]:
                changed = ast.Compare(node.left, [swapped()], node.comparators)
                yield "comparisons", _in_brackets(changed)
        case ast.BoolOp(op=ast.And()):
            yield "conditions", _in_brackets(ast.BoolOp(ast.Or(), node.values))
        case ast.BoolOp(op=ast.Or()):
            yield "conditions", _in_brackets(ast.BoolOp(ast.And(), node.values))


def _terms_and_factors(node: ast.expr) -> Iterator[Proposal]:
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            yield "terms", _in_brackets(node.left)
            yield "terms", _in_brackets(node.right)
        case ast.BinOp(op=ast.Mult()):
            yield "factors", _in_brackets(node.left)
            yield "factors", _in_brackets(node.right)
        case ast.BinOp(op=ast.Div() | ast.Pow() | ast.FloorDiv()):
            yield "factors", _in_brackets(node.left)


def _signs(node: ast.expr) -> Iterator[Proposal]:
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.Invert() | ast.Not()):
            yield "signs", _in_brackets(node.operand)
        case ast.BinOp(op=ast.Mult() | ast.Div() | ast.MatMult()):
            yield "signs", f"(-({ast.unparse(node)}))"


def _constants(node: ast.expr) -> Iterator[Proposal]:
    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            yield from of_constant(value)


def _names(node: ast.expr) -> Iterator[Proposal]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) as function) if name in _REDUCTIONS:
            other = ast.Attribute(function.value, _REDUCTIONS[name], function.ctx)
            yield "reductions", ast.unparse(ast.Call(other, node.args, node.keywords))
        case ast.Call(func=ast.Attribute(attr=name), args=[argument]) if name in _POINTWISE:
            yield "functions", _in_brackets(argument)
        case ast.Call(func=ast.Attribute(value=owner, attr="copy" | "swapaxes" | "detach")):
            yield "functions", _in_brackets(owner)
        case ast.Attribute(attr="T", value=owner):
            yield "axes", _in_brackets(owner)


def _arguments(node: ast.expr) -> Iterator[Proposal]:
    """Swaps neighbours; also those of a tuple of axes, which is one argument."""
    match node:
        case ast.Call(func=function, args=args) if _text_of(function) != "range":
            for at in range(len(args) - 1):
                swapped = [*args[:at], args[at + 1], args[at], *args[at + 2 :]]
                family = "axes" if _text_of(function).endswith("transpose") else "arguments"
                yield family, ast.unparse(ast.Call(function, swapped, node.keywords))
        case ast.Call(func=function, args=args):  # range
            for at, argument in enumerate(args):
                for op in (ast.Add(), ast.Sub()):
                    off = ast.BinOp(argument, op, ast.Constant(1))
                    moved = [*args[:at], off, *args[at + 1 :]]
                    yield "off_by_one", ast.unparse(ast.Call(function, moved, node.keywords))
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg in _AXES | {"keepdims"}:
                for text in _other_axes(keyword.value):
                    yield "axes", _with_keyword(node, keyword, text)


def _other_axes(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=bool() as kept):
            yield str(not kept)
        case ast.Constant(value=int() as axis):
            yield repr(1 if axis == 0 else 0)
        case ast.Tuple(elts=axes) if len(axes) > 1:
            for at in range(len(axes)):
                yield ast.unparse(ast.Tuple([*axes[:at], *axes[at + 1 :]], ast.Load()))


def _with_keyword(call: ast.Call, changed: ast.keyword, text: str) -> str:
    value = ast.parse(text, mode="eval").body
    keywords = [ast.keyword(k.arg, value if k is changed else k.value) for k in call.keywords]
    return ast.unparse(ast.Call(call.func, call.args, keywords))


def _slices(node: ast.expr) -> Iterator[Proposal]:
    match node:
        case ast.Subscript(slice=ast.Slice() as found):
            yield from _moved(node, found, lambda one: one)
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            for at, part in enumerate(parts):
                if isinstance(part, ast.Slice):
                    before, after = parts[:at], parts[at + 1 :]
                    yield from _moved(
                        node,
                        part,
                        lambda one, b=before, a=after: ast.Tuple([*b, one, *a], ast.Load()),  # type: ignore[misc]  # bound now
                    )


def _moved(
    node: ast.Subscript, found: ast.Slice, whole: Callable[[ast.expr], ast.expr]
) -> Iterator[Proposal]:
    """Moves the ends of a slice by one; a constant end is moved as the constant that it is."""
    for name in ("lower", "upper"):
        end = getattr(found, name)
        for op in () if end is None or isinstance(end, ast.Constant) else (ast.Add(), ast.Sub()):
            ends = {"lower": found.lower, "upper": found.upper, "step": found.step}
            ends[name] = ast.BinOp(end, op, ast.Constant(1))
            part = ast.Slice(ends["lower"], ends["upper"], ends["step"])
            moved = ast.Subscript(node.value, whole(part), node.ctx)
            yield "off_by_one", ast.unparse(moved)


def _conditions(node: ast.expr) -> Iterator[Proposal]:
    match node:
        case ast.IfExp(body=first, orelse=second):
            yield "conditions", _in_brackets(ast.IfExp(node.test, second, first))


def negated(test: ast.expr) -> Proposal:
    """Turns a condition into its opposite."""
    return "conditions", f"(not ({ast.unparse(test)}))"


_EXPRESSIONS: Final[tuple[Callable[[ast.expr], Iterator[Proposal]], ...]] = (
    _operators,
    _terms_and_factors,
    _signs,
    _constants,
    _names,
    _arguments,
    _slices,
    _conditions,
)


def _in_brackets(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if isinstance(node, ast.Name | ast.Constant) else f"({text})"


def _text_of(node: ast.expr) -> str:
    return ast.unparse(node)
