"""A function in single precision: everything that goes in and comes out is rounded."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.audit.precision import single_source

FUNCTION = """
import numpy as np


def step(x, config):
    seen.append((x.dtype, config["velocity"].dtype))
    config["velocity"] = 0.5 * config["velocity"] + x
    config["mean"] += np.float64(1)
    config["t"] = config.get("t", 0) + 1
    return x * np.ones(2, dtype=np.float64), {"loss": [float(x.sum())]}, float(x.sum())


"""


def run(*args: Any) -> tuple[Any, list[Any]]:
    names: dict[str, Any] = {"seen": [], "__name__": "optim"}
    exec(FUNCTION + single_source("optim.step", "optim"), names)  # noqa: S102  # our own text
    return names["step"](*args), names["seen"]


def test_arrays_are_rounded_before_and_after_at_any_depth() -> None:
    x = np.array([0.1, 0.2])
    config = {"velocity": np.array([0.3, 0.4]), "mean": np.zeros(2), "rate": 0.1}
    (out, cache, loss), seen = run(x, config)
    assert seen == [(np.float32, np.float32)]
    assert (out.dtype, type(loss)) == (np.float32, np.float32)
    assert cache == {"loss": [float(np.float32([0.1, 0.2]).sum())]}


def test_what_a_function_writes_into_a_dictionary_reaches_the_caller() -> None:
    x, untouched = np.array([0.1, 0.2]), np.array([0.7])
    config = {"velocity": np.zeros(2), "mean": np.zeros(2), "rate": 0.1, "other": untouched}
    run(x, config)
    assert np.array_equal(config["velocity"], x.astype(np.float32))
    assert np.array_equal(config["mean"], [1, 1])
    assert config["t"] == 1
    assert config["other"] is untouched
    assert x.dtype == np.float64
