"""The parser of short formulas: what it understands, what it refuses, and that it is bounded."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.answer_formula import DEEPEST, LONGEST, evaluate, normal_name
from grader.checks.answer_reading import UnreadableError

POINT = {"x11": 2.0, "x12": 3.0, "k11": 5.0, "a": 8.0, "b": -2.0}
SIGNS = "+-*/^()[]{} .,=_\\$²0123456789abkxX"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ^ 3 ^ 2", 512),
        ("2**3", 8),
        ("-2^2", -4),
        ("2 ^ -1", 0.5),
        ("8 / 2 / 2", 2),
        ("a - b - 1", 9),
        ("--a", 8),
        ("1.5e2", 150),
        (".5", 0.5),
        ("x11", 2),
        ("X_11", 2),
        ("X_{11}", 2),
        ("X_{1,1}", 2),
        ("X[1, 1]", 2),
        ("x_1,1 + 1", 3),
        ("X₁₁", 2),
        ("X11 K11", 10),
        ("2X11K11", 20),
        ("X_{11}K_{11} + X_{12}", 13),
        ("2 (a + b)", 12),
        ("(a)(b)", -16),
        ("[a + {b}]", 6),
        ("a²", 64),
        ("a · b", -16),
        ("a × b", -16),
        ("a − b", 10),
        (r"\frac{a}{b}", -4),
        (r"\dfrac{a}{4} \cdot b", -4),
        (r"\left( a + b \right) \times 2", 12),
        ("$a + b$", 6),
        ("y = a + b", 6),
        ("a + b.", 6),
    ],
)
def test_a_formula_has_its_value(text, value):
    assert evaluate(text, POINT) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "It ends where a number or a name should follow."),
        ("a +", "It ends where a number or a name should follow."),
        ("a + * b", "Where '*' stands a number or a name should."),
        ("a)", "')' is not expected there."),
        ("(a", "A ')' is missing."),
        ("(a]", "A ')' is missing."),
        (r"\frac a b", "A '{' is missing."),
        ("c + 1", "'c' is none of the question's names: a, b, k11, x11, x12."),
        ("a ! b", "'! b' cannot be read as a formula."),
        ("a / (b + 2)", "It divides by zero."),
        ("(b + 2) ^ -1", "It divides by zero."),
        ("b ^ 0.5", "It takes a root of a negative number."),
        ("9 ^ 9 ^ 9", "Its value is larger than any that is asked for."),
        ("9e999", "Its value is larger than any that is asked for."),
        ("1e20 * 1e20", "Its value is larger than any that is asked for."),
        ("390 410", "Two numbers stand side by side without a sign."),
        ("1" * (LONGEST + 1), f"It has {LONGEST + 1} characters; at most {LONGEST} are read."),
        (
            "(" * 40 + "1" + ")" * 40,
            f"More than {DEEPEST} brackets and signs stand in one another.",
        ),
        ("-" * 40 + "1", f"More than {DEEPEST} brackets and signs stand in one another."),
    ],
)
def test_what_is_no_formula_is_refused_with_the_reason(text, said):
    with pytest.raises(UnreadableError) as caught:
        evaluate(text, POINT)
    assert str(caught.value) == said


def test_a_name_is_refused_where_only_numbers_are_asked():
    with pytest.raises(UnreadableError, match=r"'a' stands where a number is asked\."):
        evaluate("a + 1", {})


def test_names_are_one_whatever_their_subscript_looks_like():
    assert {normal_name(each) for each in ("X_12", "x_{1,2}", "X[1, 2]", "x₁₂", "x12")} == {"x12"}


@given(st.text(SIGNS, max_size=80) | st.text(max_size=80))
def test_every_text_has_a_finite_value_or_is_refused_in_words(text):
    value, said = 0.0, "read"
    try:
        value = evaluate(text, POINT)
    except UnreadableError as error:
        said = str(error)
    assert math.isfinite(value)
    assert 0 < len(said) < 300


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.sampled_from("+-*/"))
def test_sums_and_products_are_those_of_python(one, two, three, sign):
    text = f"{one} {sign} {two + 1} - {three} * ({two} + {one})"
    assert evaluate(text, {}) == pytest.approx(eval(text))  # noqa: S307 - made of digits above
