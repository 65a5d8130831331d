"""Each family of slips: one expression or statement in, other texts out."""

from __future__ import annotations

import ast

import pytest

from grader.audit.mutations import negated, of_constant, of_expression, of_statement


def proposed(text: str, family: str) -> set[str]:
    node = ast.parse(text, mode="eval").body
    return {put for each, put in of_expression(node) if each == family}


@pytest.mark.parametrize(
    ("text", "family", "puts"),
    [
        ("a + b", "operators", {"(a - b)"}),
        ("a / b", "operators", {"(a * b)"}),
        ("a // b", "operators", {"(a * b)"}),
        ("a ** 2", "operators", {"(a * 2)"}),
        ("a < b", "comparisons", {"(a <= b)", "(a >= b)"}),
        ("a == b", "comparisons", {"(a != b)"}),
        ("a is None", "comparisons", {"(a is not None)"}),
        ("a and b", "conditions", {"(a or b)"}),
        ("a if c else b", "conditions", {"(b if c else a)"}),
        ("a - b", "terms", {"a", "b"}),
        ("a * (b + c)", "factors", {"a", "(b + c)"}),
        ("a / b", "factors", {"a"}),
        ("-a", "signs", {"a"}),
        ("a @ b", "signs", {"(-(a @ b))"}),
        ("x.sum(axis=0)", "reductions", {"x.mean(axis=0)"}),
        ("np.maximum(x, 0)", "reductions", {"np.minimum(x, 0)"}),
        ("x.max()", "reductions", {"x.min()"}),
        ("np.sqrt(v + e)", "functions", {"(v + e)"}),
        ("x.copy()", "functions", {"x"}),
        ("w.T", "axes", {"w"}),
        ("x.sum(axis=0)", "axes", {"x.sum(axis=1)"}),
        ("x.sum(axis=(0, 2))", "axes", {"x.sum(axis=(0,))", "x.sum(axis=(2,))"}),
        ("x.mean(keepdims=True)", "axes", {"x.mean(keepdims=False)"}),
        ("x.transpose(0, 2, 1)", "axes", {"x.transpose(2, 0, 1)", "x.transpose(0, 1, 2)"}),
        ("f(a, b)", "arguments", {"f(b, a)"}),
        ("range(n)", "off_by_one", {"range(n + 1)", "range(n - 1)"}),
        ("x[a:b]", "off_by_one", {"x[a + 1:b]", "x[a - 1:b]", "x[a:b + 1]", "x[a:b - 1]"}),
        ("x[:, :n]", "off_by_one", {"x[:, :n + 1]", "x[:, :n - 1]"}),
        ("3", "constants", {"4", "2"}),
        ("True", "constants", {"False"}),
    ],
)
def test_an_expression_has_the_slips_of_its_family(text: str, family: str, puts: set[str]) -> None:
    assert proposed(text, family) == puts


@pytest.mark.parametrize("text", ["a", "f(x)", "x[0]", "'text'", "None"])
def test_what_computes_nothing_has_no_slips_itself(text: str) -> None:
    assert list(of_expression(ast.parse(text, mode="eval").body)) == []


@pytest.mark.parametrize(
    ("value", "puts"),
    [
        (0, ["1"]),
        (1, ["2", "0"]),
        (0.0, ["1.0"]),
        (0.5, ["1.5", "0.25"]),
        (1e-8, ["1e-06"]),
        (False, ["True"]),
        ("train", []),
        (None, []),
    ],
)
def test_a_constant_becomes_a_neighbour(value: object, puts: list[str]) -> None:
    assert [put for _, put in of_constant(value)] == puts


def statement(text: str, *known: str) -> set[str]:
    (node,) = ast.parse(text).body
    return {put for _, put in of_statement(node, frozenset(known))}


def test_what_adds_up_may_be_left_out_overwrite_or_subtract() -> None:
    assert statement("total += x") == {"total -= x", "pass", "total = x"}


def test_an_assignment_is_left_out_where_the_name_has_a_value_already() -> None:
    assert statement("x = x - m") == set()
    assert statement("x = x - m", "x") == {"pass"}
    assert statement("cache['x'] = x") == {"pass"}


def test_a_call_for_its_effect_is_left_out() -> None:
    assert statement("np.add.at(dx, rows, dy)") == {"pass"}


def test_a_condition_is_negated() -> None:
    assert negated(ast.parse("a > b", mode="eval").body) == ("conditions", "(not (a > b))")
