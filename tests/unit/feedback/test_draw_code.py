from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from grader.checks.draws import draw_inputs
from grader.feedback.draw_code import draw_lines


@pytest.mark.parametrize(
    "specs",
    [
        {"x": {"normal": {"shape": ["N", 3], "mean": 2, "std": 0.5}}},
        {"x": {"uniform": {"shape": [4], "low": -1}}, "y": {"integers": {"shape": [5], "high": 3}}},
        {"x": {"linspace": {"shape": ["N", 2], "low": -0.1, "high": 0.3}}},
        {"x": {"distinct": {"shape": [2, 5]}}, "w": {"distinct": {"shape": [7], "gap": 0.25}}},
        {"x": {"normal": {"shape": [3], "dtype": "float32"}}},
        {"x": {"array": [[1, 2.5], [3, 4]]}, "p": {"value": {"mode": "train", "eps": 1e-5}}},
        {"p": {"dict": {"velocity": {"normal": {"shape": ["N"]}}, "rate": {"value": 0.1}}}},
        {"x": {"normal": {"shape": []}}},
    ],
)
def test_the_lines_draw_what_the_check_draws(specs: Mapping[str, Any]) -> None:
    sizes = {"N": 4}
    drawn = draw_inputs(specs, sizes, np.random.default_rng([7, 1]))
    found: dict[str, Any] = {"np": np}
    exec("\n".join(draw_lines(specs, sizes, "[7, 1]")), found)  # noqa: S102  # our own lines
    for name, value in drawn.items():
        np.testing.assert_equal(found[name], value)
        assert getattr(found[name], "dtype", None) == getattr(value, "dtype", None)
