"""Checks put to small hand-written functions: a question with two sessions in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pytest

from grader.checks import CHECK_KINDS
from grader.checks.question import Question
from grader.records import CheckResult, CheckSpec


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    flat = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), flat.T @ dout, dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, x):
    return dout * (x > 0)


def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    p = np.exp(shifted)
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(x)


def sgd(w, dw, config=None):
    config = {"learning_rate": 0.01} if config is None else config
    return w - config["learning_rate"] * dw, config


def momentum(w, dw, config=None):
    config = {} if config is None else config
    config["velocity"] = 0.9 * config.get("velocity", np.zeros_like(w)) - 0.1 * dw
    return w + config["velocity"], config


class Net:
    """One affine layer with L2 regularization."""

    def __init__(self, input_dim=3, classes=4, weight_scale=1e-2, reg=0.0, dtype=np.float64):
        rng = np.random.default_rng(0)
        self.params = {
            "W1": rng.normal(0, weight_scale, (input_dim, classes)).astype(dtype),
            "b1": np.zeros(classes, dtype),
        }
        self.reg = reg

    def loss(self, X, y=None):
        scores, cache = affine_forward(X, self.params["W1"], self.params["b1"])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        _, dw, db = affine_backward(dscores, cache)
        w = self.params["W1"]
        return loss + 0.5 * self.reg * np.sum(w * w), {"W1": dw + self.reg * w, "b1": db}


COURSE: Mapping[str, Any] = {
    "affine_forward": affine_forward,
    "affine_backward": affine_backward,
    "relu_forward": relu_forward,
    "relu_backward": relu_backward,
    "softmax_loss": softmax_loss,
    "sgd": sgd,
    "momentum": momentum,
    "Net": Net,
}

AFFINE = {
    "sizes": {"N": 4, "D": 6, "M": 5},
    "inputs": {
        "x": {"normal": {"shape": ["N", 2, 3]}},
        "w": {"normal": {"shape": ["D", "M"]}},
        "b": {"normal": {"shape": ["M"]}},
    },
}


@pytest.fixture(scope="session")
def course() -> Mapping[str, Any]:
    """The right functions, by name."""
    return COURSE


@pytest.fixture
def affine() -> dict[str, Any]:
    """Rubric keys that draw the inputs of an affine layer."""
    return dict(AFFINE)


@pytest.fixture
def ask(in_process: Any) -> Callable[..., CheckResult]:
    """Asks one check of some functions, which stand over the course's own."""

    def asked(
        kind: str,
        subject: str,
        data: Mapping[str, Any],
        *,
        seed: int = 0,
        hint: str = "",
        facts: Mapping[str, Any] | None = None,
        reference: Mapping[str, Any] | None = None,
        right: Iterable[str] = (),
        **functions: Any,
    ) -> CheckResult:
        params = CHECK_KINDS[kind].parse({"subject": subject, **data})
        question = Question(
            spec=CheckSpec(f"criterion/{kind}", kind, params, hint=hint),
            subject=subject,
            seed=seed,
            student=in_process({**COURSE, **functions}),
            reference=in_process({**COURSE, **(reference or {})}),
            facts=facts or {},
            right=frozenset(right),
        )
        return CHECK_KINDS[kind].run(question)

    return asked
