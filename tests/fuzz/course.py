"""A very small course: right functions in every calling style, and a rubric that asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, x):
    return dout * (x > 0)


def center_forward(x, bn_param):
    mean = x.mean(axis=0)
    bn_param["running_mean"] = 0.9 * bn_param.get("running_mean", np.zeros_like(mean)) + 0.1 * mean
    return x - mean, None


def softmax_loss(x, y):
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(x)


def momentum(w, dw, config=None):
    config = {} if config is None else config
    config["velocity"] = 0.9 * config.get("velocity", np.zeros_like(w)) - 0.1 * dw
    return w + config["velocity"], config


def dropout_forward(x, dropout_param):
    keep = dropout_param["p"]
    if dropout_param.get("seed") is not None:
        np.random.seed(dropout_param["seed"])  # as courses do
    train = dropout_param["mode"] == "train"
    mask = (np.random.random(x.shape) < keep) / keep if train else np.ones_like(x)
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask


class Net:
    """One affine layer with dropout in front."""

    def __init__(self, input_dim=4, classes=3, std=0.1, keep=1.0, seed=None):
        rng = np.random.default_rng(0)
        self.params = {"W1": rng.normal(0, std, (input_dim, classes)), "b1": np.zeros(classes)}
        self.keep, self.seed = keep, seed

    def loss(self, X, y=None):
        param = {"mode": "test" if y is None else "train", "p": self.keep, "seed": self.seed}
        kept, _ = dropout_forward(X, param)
        scores, cache = affine_forward(kept, self.params["W1"], self.params["b1"])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        _, dw, db = affine_backward(dscores, cache)
        return loss, {"W1": dw, "b1": db}


NAMES: Final[Mapping[str, Any]] = {
    f"layers.{each.__name__}": each
    for each in (
        *(affine_forward, affine_backward, relu_forward, relu_backward, center_forward),
        *(softmax_loss, momentum, dropout_forward, dropout_backward, Net),
    )
}

RUBRIC: Final = """\
schema_version: 1
assignment: fuzz
title: "Everything once"
handin: {roots: [fuzz], accept: [folder, zip], provided: [solver.py], forbidden: [torch]}
defaults: {convention: functions_with_cache, limits: {wall_s: 2, memory_mib: 512}}
families:
  affine: [layers.affine_forward, layers.affine_backward]
criteria:
  - id: affine_forward
    title: Affine, forward
    subject: layers.affine_forward
    points: 2
    checks:
      - &affine
        kind: output
        hint: Multiply, then add.
        sizes: {N: 3, D: 4, M: 2}
        inputs:
          x: {normal: {shape: [N, 2, 2]}}
          w: {normal: {shape: [D, M]}}
          b: {normal: {shape: [M]}}
        cases: [{name: plain}, {name: one, beyond_text: true, sizes: {N: 1}}]
      - {kind: structure, bans: [torch]}
  - id: printed
    title: Affine, as printed
    subject: layers.affine_forward
    points: 0.5
    checks:
      - kind: output
        inputs:
          x: {array: [[1, 2]]}
          w: {array: [[1], [1]]}
          b: {array: [0.5]}
        expect: {out: [[3.5]]}
        tolerance: {rtol: 1.0e-3, atol: 1.0e-3, because: the text prints four digits}
  - id: affine_backward
    title: Affine, backward
    subject: layers.affine_backward
    points: 3
    needs: [affine_forward]
    checks:
      - kind: gradient
        forward: layers.affine_forward
        wrt: [x, w, b]
        credit: {x: 2, w: 1, b: 1}
        sizes: {N: 3, D: 4, M: 2}
        inputs:
          x: {normal: {shape: [N, D]}}
          w: {normal: {shape: [D, M]}}
          b: {normal: {shape: [M]}}
        options: {cache: [x, w, b]}
  - id: relu_backward
    title: ReLU, backward
    subject: layers.relu_backward
    points: 1
    checks:
      - kind: gradient
        forward: layers.relu_forward
        wrt: [x]
        inputs: {x: {distinct: {shape: [3, 4]}}}
        options: {cache: [x]}
      - kind: gradient
        name: single
        forward: layers.relu_forward
        wrt: [x]
        own_forward: true
        visibility: hidden
        inputs: {x: {distinct: {shape: [2, 3], dtype: float32}}}
  - id: center
    title: Centering with a running mean
    subject: layers.center_forward
    points: 1
    checks:
      - kind: output
        inputs:
          x: {normal: {shape: [3, 4, 2]}}
          bn_param: {value: {mode: train}}
        options:
          stepped: [x]
          watch: [bn_param.running_mean]
          before_last: {bn_param: {mode: test}}
  - id: softmax
    title: Softmax loss
    subject: layers.softmax_loss
    points: 2
    checks:
      - kind: gradient
        convention: loss_with_gradient
        wrt: [x]
        inputs: {x: {normal: {shape: [3, 4]}}, y: {integers: {shape: [3], high: 4}}}
  - id: momentum
    title: Momentum
    subject: layers.momentum
    points: 1
    checks:
      - kind: output
        convention: update_rule
        inputs:
          w: {linspace: {shape: [2, 3], low: -1, high: 1}}
          dw: {normal: {shape: [2, 2, 3]}}
        options: {steps: 2, state: [velocity]}
  - id: net
    title: Network
    subject: layers.Net
    points: 4
    needs: [affine_forward, affine_backward, softmax]
    checks:
      - kind: structure
        convention: network_with_loss
        parameters: true
        options: {ask: params}
      - kind: output
        convention: network_with_loss
        inputs: {X: {normal: {shape: [3, 4]}}}
        options: {ask: scores, params_std: 0.5, rename: {keep: [dropout, keep_prob]}}
      - kind: gradient
        convention: network_with_loss
        inputs: {X: {normal: {shape: [3, 4]}}, y: {integers: {shape: [3], high: 3}}}
        options: {params_std: 0.5, warm: 1, construct: {input_dim: 4, classes: 3}}
      - kind: statistics
        name: weights
        convention: network_with_loss
        law: normal
        std: {W1: 0.1}
        options: {ask: params, construct: {input_dim: 200, classes: 150}}
      - kind: statistics
        name: seeds
        convention: network_with_loss
        law: varies_with_seed
        inputs: {X: {normal: {shape: [3, 4]}}, y: {integers: {shape: [3], high: 3}}}
        options: {construct: {keep: 0.5}}
  - id: dropout
    title: Dropout
    subject: layers.dropout_forward
    points: 1
    checks:
      - kind: statistics
        law: dropout
        inputs:
          x: {normal: {shape: [30, 30], mean: 10}}
          dropout_param: {value: {mode: train, p: 0.4}}
  - id: dropout_backward
    title: Dropout, backward
    subject: layers.dropout_backward
    points: 1
    checks:
      - kind: statistics
        law: dropout_gradient
        forward: layers.dropout_forward
        inputs:
          x: {normal: {shape: [5, 6], mean: 10}}
          dropout_param: {value: {mode: train, p: 0.4, seed: 3}}
"""
