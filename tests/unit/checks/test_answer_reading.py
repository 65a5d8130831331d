"""Numbers and shapes, read from what people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.answer_reading import (
    AXES_AT_MOST,
    LONGEST,
    UnreadableError,
    WrongFormError,
    read_number,
    read_only_number,
    read_shape,
)

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=8,
)
ALPHABET = st.text("0123456789.,'’_ eE+-*×x·^%()[]{}=:²hwHWkpM\\times$|\n≈~", max_size=60)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (390410, 390410),
        (390410.0, 390410),
        ("390410", 390410),
        ("390,410", 390410),
        ("390.410", 390410),
        ("390 410", 390410),
        ("390\u202f410", 390410),
        ("390'410", 390410),
        ("390’410", 390410),
        ("390_410", 390410),
        ("390,410.0", 390410),
        ("390.410,0", 390410),
        ("1,390,410", 1390410),
        ("≈ 0.48", 0.48),
        ("~0,48", 0.48),
        ("ca. 0.48", 0.48),
        ("approx. 0.48.", 0.48),
        ("= 2", 2),
        ("P = 2", 2),
        ("padding: 2", 2),
        ("-3", -3),
        ("−3", -3),
        ("+3", 3),
        (".5", 0.5),
        ("3.9e5", 390000),
        ("3.9·10^5", 390000),
        ("3,9 x 10**5", 390000),
        ("1.2 × 10^{-3}", 0.0012),
        ("390.41k", 390410),
        ("1.5 million", 1500000),
    ],
)
def test_a_number_is_read_in_its_common_forms(written, number):
    assert any(each == pytest.approx(number, rel=1e-12) for each in read_number(written))


@pytest.mark.parametrize("written", ["2 px", "2px", "2 pixels", "2 Pixels.", "2 (pixels)", "2 PX"])
def test_a_unit_that_was_asked_for_may_follow(written):
    assert read_number(written, ("pixels", "px")) == (2.0,)


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("102,764,544 (102.8M)", (102764544.0,)),
        ("102764544 (~ 102.8 million)", (102764544.0,)),
        ("102.8M (102,764,544)", (102764544.0,)),
        ("390,410 params (390k)", (390410.0,)),
    ],
)
def test_a_number_may_be_given_again_in_brackets(written, values):
    assert read_number(written, ("parameters", "params")) == values


def test_a_share_may_be_given_again_in_brackets():
    assert read_number("0.9306 (93.06 %)", share=True) == (0.9306,)


def test_two_numbers_that_differ_are_left_to_a_person():
    with pytest.raises(UnreadableError, match="It goes on with '390411'"):
        read_number("102,764,544 (390411)")


def test_an_unquoted_point_between_thousands_is_seen_through():
    assert read_number(390.41) == (390.41, 390410.0)
    assert read_number(0.48) == (0.48,)
    assert read_number(390) == (390.0,)
    assert read_number(1.23456) == (1.23456,)


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("48 %", (0.48,)),
        ("48 percent", (0.48,)),
        ("48,5 %", (0.485,)),
        (0.48, (0.48,)),
        (48, (48.0, 0.48)),
        ("0.48 %", (0.0048,)),
        (1, (1.0,)),
    ],
)
def test_a_share_may_be_given_in_per_cent(written, values):
    assert read_number(written, share=True) == pytest.approx(values)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2 %", "It is in '%', and pixels are asked for."),
        ("2 mm", "It is in 'mm', and pixels are asked for."),
        ("2 MB", "It is in 'mb', and pixels are asked for."),
    ],
)
def test_a_unit_that_was_not_asked_for_makes_a_number_wrong(written, said):
    with pytest.raises(WrongFormError) as caught:
        read_number(written, ("pixels",))
    assert str(caught.value) == said


def test_a_unit_where_none_is_asked_for_is_said():
    with pytest.raises(WrongFormError, match=r"in 'gb', and a plain number is asked for"):
        read_number("2 GB")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "It is no number."),
        (True, "It is no number."),
        ([390, 410], "It is no number."),
        ({"a": 1}, "It is no number."),
        ("two", "It has no number where one is asked for."),
        ("2 on the left", "It goes on with 'on the left'."),
        ("390,41,0", "'390,41,0' is not one number."),
        ("1 2", "'1 2' is not one number."),
        ("9" * (LONGEST + 1), f"It has {LONGEST + 1} characters; at most {LONGEST} are read."),
        (10**400, "It is too large a number."),
        (float("nan"), "It is not a finite number."),
        ("9e999", "It is not a finite number."),
        (object(), "It is no text."),
    ],
)
def test_what_is_no_number_is_left_to_a_person(written, said):
    with pytest.raises(UnreadableError) as caught:
        read_number(written)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("The padding has to be 2 on each side.", (2.0,)),
        ("in all, 390,410.", (390410.0, 390.41)),
        (7, (7.0,)),
        ("conv2d gives -3", (-3.0,)),
    ],
)
def test_the_only_number_of_a_text_is_found(written, values):
    assert read_only_number(written) == values


def test_a_text_with_several_numbers_is_left_to_a_person():
    with pytest.raises(UnreadableError, match=r"It has 2 numbers where one is asked for\."):
        read_only_number("2 or 3")


@pytest.mark.parametrize(
    "written",
    [
        "250 x 250",
        "250×250",
        "250X250",
        "250*250",
        "250 by 250",
        "250-by-250",
        "(250, 250)",
        "[250,250]",
        "250, 250",
        "250 · 250",
        "250^2",
        "250²",
        "250**2",
        [250, 250],
        (250, 250),
        [250.0, "250"],
        {"height": 250, "width": 250},
        {"Width": 250, "Height": 250},
        {"H": 250, "W": 250},
        "H = 250, W = 250",
        "height: 250, width: 250",
        "250 px x 250 px",
        "$250 \\times 250$",
        "250.0 x 250.0",
        "(250)x(250)",
    ],
)
def test_a_shape_is_read_in_its_common_forms(written):
    assert read_shape(written) == (250, 250)


def test_a_comma_groups_digits_where_a_cross_stands_between_the_sides():
    assert read_shape("1,024 x 1,024") == (1024, 1024)
    assert read_shape("100, 100") == (100, 100)


def test_height_comes_first_in_a_mapping():
    assert read_shape({"width": 4, "height": 3}) == (3, 4)


def test_one_number_is_one_length():
    assert read_shape(250) == read_shape("250") == (250,)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("about 250 x 250", "It has other words in it"),
        ("250 - 250", "It has other words in it"),
        (250.5, "It has other words in it"),
        ("x", "It has no lengths of sides in it"),
        ([1] * (AXES_AT_MOST + 1), "or too many or too large ones"),
        ("9" * 13, "too large ones"),
        ({"height": 1}, "its keys are not height and width"),
        ([None, 1], "It is a list of something else than numbers."),
        (None, "It is no text."),
    ],
)
def test_what_is_no_shape_is_left_to_a_person(written, said):
    with pytest.raises(UnreadableError, match=said):
        read_shape(written)


@given(PLAIN | ALPHABET)
def test_whatever_is_read_is_finite_or_refused_in_words(value):
    for read in (
        read_number,
        read_only_number,
        read_shape,
        lambda it: read_number(it, ("px",), share=True),
    ):
        found, said = (), "read"
        try:
            found = read(value)
        except (UnreadableError, WrongFormError) as error:
            said = str(error)
        assert (said == "read") == bool(found)
        assert 0 < len(said) < 300
        assert all(abs(each) < float("inf") for each in found)
