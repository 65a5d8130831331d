"""A metric becomes credit along straight pieces, and a curve that no one could mean is refused."""

import pytest

from grader.checks.credit_curve import CreditCurve, read_curve

TEXT = [[0.60, 0], [0.75, 0.7], [0.80, 1]]


@pytest.mark.parametrize(
    ("metric", "credit"),
    [
        (0.0, 0.0),
        (0.60, 0.0),
        (0.675, 0.35),
        (0.75, 0.7),
        (0.775, 0.85),
        (0.7999, 0.9994),
        (0.80, 1.0),
        (1.0, 1.0),
    ],
)
def test_credit_lies_on_the_line_between_the_points_and_is_level_outside(metric, credit):
    assert read_curve(TEXT).credit(metric) == pytest.approx(credit, abs=1e-9)


def test_credit_is_rounded_so_that_a_sum_of_small_errors_is_no_loss():
    assert read_curve([[0.1, 0.1], [0.3, 0.3], [1.0, 1]]).credit(0.2) == 0.2


def test_a_curve_may_begin_with_some_credit_and_be_level_in_the_middle():
    curve = read_curve([[0.2, 0.1], [0.4, 0.5], [0.5, 0.5], [0.6, 1]])
    assert [curve.credit(metric) for metric in (0.0, 0.45, 0.55)] == [0.1, 0.5, 0.75]


def test_full_credit_begins_at_the_first_point_that_has_it():
    assert read_curve(TEXT).full_from == 0.80
    assert read_curve([[0.5, 0], [0.6, 1], [0.9, 1]]).full_from == 0.6


def test_nothing_is_earned_up_to_the_last_point_that_has_as_little_as_the_first():
    assert read_curve(TEXT).none_below == 0.60
    assert read_curve([[0.1, 0], [0.5, 0], [0.6, 1]]).none_below == 0.5


def test_points_are_kept_as_numbers_with_a_fraction():
    assert read_curve([[0, 0], [1, 1]]) == CreditCurve(((0.0, 0.0), (1.0, 1.0)))


@pytest.mark.parametrize("points", [[[0.8, 0], [0.6, 1]], [[0.6, 0], [0.6, 1]]])
def test_metrics_that_do_not_rise_are_told(points):
    with pytest.raises(ValueError, match="have to rise") as caught:
        read_curve(points)
    metrics = [at for at, _ in points]
    assert str(caught.value) == (
        f"The metrics of a curve have to rise from point to point, and {metrics} do not. "
        "Write the points from the lowest metric to the highest, each metric once."
    )


def test_credit_that_falls_is_told():
    with pytest.raises(ValueError, match="may not earn less") as caught:
        read_curve([[0.5, 0], [0.6, 0.8], [0.7, 0.5], [0.8, 1]])
    assert str(caught.value) == (
        "A better metric may not earn less, and the credit of the curve goes "
        "[0.0, 0.8, 0.5, 1.0]. Write credit that never falls."
    )


def test_a_curve_that_never_gives_full_credit_is_told():
    with pytest.raises(ValueError, match="nobody could get full credit") as caught:
        read_curve([[0.5, 0], [0.6, 0.9]])
    assert str(caught.value) == (
        "The curve ends at a credit of 0.9, so nobody could get full credit. Let the last point "
        "have the credit 1."
    )


@pytest.mark.parametrize("points", [[[0.48, 1]], [[0.48, 1], [0.6, 1]]])
def test_a_curve_that_gives_full_credit_to_anything_is_told(points):
    with pytest.raises(ValueError, match="any network would get it") as caught:
        read_curve(points)
    assert str(caught.value) == (
        "The curve has full credit at its first metric already, 0.48, and below it as well, so any "
        "network would get it. Begin with a point of less credit, as in [[0, 0], [0.48, 1]]."
    )
