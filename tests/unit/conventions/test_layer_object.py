"""Convolution and pooling as classes: whatever they are called, and however they keep things."""

from types import ModuleType

import numpy as np
import pytest

from grader.conventions.convention import Call, Subject
from grader.conventions.layer_object import LAYER_OBJECT
from grader.worker.inside import drivers
from grader.worker.program import FaultKind

RNG = np.random.default_rng(2022)
INPUTS = {
    "x": RNG.normal(size=(2, 1, 6, 6)),
    "w": RNG.normal(size=(4, 1, 3, 3)),
    "b": RNG.normal(size=4),
}
UPSTREAM = RNG.normal(size=(2, 4, 4, 4))


@pytest.fixture(autouse=True)
def _drivers():
    drivers.load("")


@pytest.fixture
def ask(in_process):
    """Asks the layer among some classes of a module."""

    def run(*classes, kind="convolution", inputs=INPUTS, upstream=None, wrt=("w", "b"), **options):
        module = ModuleType("m")
        for each in classes:
            each.__module__ = "m"
            setattr(module, each.__name__, each)
        names = {f"m.{each.__name__}": each for each in classes} | {"m": module}
        runner = LAYER_OBJECT.forward if upstream is None else LAYER_OBJECT.backward
        call = Call(inputs, upstream, wrt, {"layer": kind, **options})
        (answer,) = runner(in_process(names), Subject("m.Layer"), [call])
        return answer

    return run


def windows(x):
    return np.lib.stride_tricks.sliding_window_view(x[:, 0], (3, 3), axis=(1, 2))


def correlate(x, w):
    return np.einsum("nijpq,fpq->nfij", windows(x), w)


def gradient(x, dout):
    return np.einsum("nijpq,nfij->fpq", windows(x), dout)


class Layer:
    """As the template has it."""

    def __init__(self, filters=4):
        self.filters = filters

    def initialize_weights(self):
        self.weights = {"W": np.random.randn(self.filters, 1, 3, 3), "b": np.zeros(self.filters)}

    def forward(self, x):
        self.x = x
        return correlate(x, self.weights["W"][:, 0]) + self.weights["b"][:, None, None]

    def backward(self, dout):
        dw = gradient(self.x, dout)[:, None]
        return {"dW": dw, "db": dout.sum(axis=(0, 2, 3))}


def test_forward_and_backward_of_the_template(ask):
    out = ask(Layer).outputs["out"]
    assert np.allclose(out, correlate(INPUTS["x"], INPUTS["w"][:, 0]) + INPUTS["b"][:, None, None])
    answer = ask(Layer, upstream=UPSTREAM)
    assert answer.gradients["w"].shape == (4, 1, 3, 3)
    assert np.allclose(answer.gradients["w"][:, 0], gradient(INPUTS["x"], UPSTREAM))
    assert np.allclose(answer.gradients["b"], UPSTREAM.sum(axis=(0, 2, 3)))
    assert answer.mutated == ()


class PaddedWithoutBias:
    """Another name, padding, axes (3, 3, 1, F), and the gradient alone."""

    def __init__(self, in_channels, out_channels, kernel_size):
        self.shape = (kernel_size, kernel_size, in_channels, out_channels)

    def initialize_weights(self):
        self.kernel = np.zeros(self.shape)

    def forward(self, images):
        self.images = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
        return correlate(self.images, self.kernel[:, :, 0].transpose(2, 0, 1))

    def backward(self, grad_output):
        return gradient(self.images, grad_output).transpose(1, 2, 0)[:, :, None]


class MatrixWithAttributes:
    """Weights (9, F), bias (F, 1), a cache, and gradients as attributes."""

    def __init__(self):
        self.initialize_weights()

    def initialize_weights(self):
        self.W, self.b = np.ones((9, 4)), np.zeros((4, 1))
        self.dW, self.db = np.zeros((9, 4)), np.zeros((4, 1))

    def forward(self, x):
        out = np.einsum("nijk,kf->nfij", windows(x).reshape(*windows(x).shape[:3], 9), self.W)
        return out + self.b[:, :, None], x

    def backward(self, dout, x):
        self.dW = gradient(x, dout).reshape(4, 9).T
        self.db = dout.sum(axis=(0, 2, 3)).reshape(4, 1)


@pytest.mark.parametrize("style", [PaddedWithoutBias, MatrixWithAttributes])
def test_other_styles_give_the_same_gradients(ask, style):
    expected, given = (ask(each, upstream=UPSTREAM) for each in (Layer, style))
    assert np.allclose(given.outputs["out"], expected.outputs["out"])
    assert np.allclose(given.gradients["w"], expected.gradients["w"])
    assert np.allclose(given.gradients["b"], expected.gradients["b"])


def test_weights_that_are_kept_twice_are_set_in_both_places(ask):
    class Twice(Layer):
        def initialize_weights(self):
            super().initialize_weights()
            self.W, self.b = self.weights["W"], self.weights["b"]
            self.flat = self.W.reshape(4, 9)

    for read in (lambda layer: layer.weights["W"], lambda layer: layer.flat.reshape(4, 1, 3, 3)):

        class Either(Twice):
            def forward(self, x, read=read):
                return correlate(x, read(self)[:, 0]) + self.b[:, None, None]

        assert np.allclose(ask(Either).outputs["out"], ask(Layer).outputs["out"])


def test_what_is_left_over_from_another_batch_shows_where_one_goes_before(ask):
    class Accumulating(Layer):
        def backward(self, dout):
            grads = super().backward(dout)
            self.kept = grads["dW"] + getattr(self, "kept", 0)
            return {**grads, "dW": self.kept}

    expected = ask(Layer, upstream=UPSTREAM).gradients["w"]
    for layer, warm, right in ((Layer, 2, True), (Accumulating, 0, True), (Accumulating, 1, False)):
        given = ask(layer, upstream=UPSTREAM, warm=warm).gradients["w"]
        assert np.allclose(given, expected) is right
    assert np.allclose(ask(Layer, warm=1).outputs["out"], ask(Layer).outputs["out"])


def test_a_gradient_of_a_wrong_shape_is_given_as_it_is(ask):
    class PerRow(Layer):
        def backward(self, dout):
            return {**super().backward(dout), "db": dout.sum(axis=(0, 2))}

    class PerImage(Layer):
        def backward(self, dout):
            return {"db": dout.sum(axis=(0, 2, 3)), "dW": np.zeros((2, 4, 1, 3, 3))}

    assert ask(PerRow, upstream=UPSTREAM).gradients["b"].shape == (4, 4)
    assert ask(PerImage, upstream=UPSTREAM).gradients["w"].shape == (2, 4, 1, 3, 3)


def test_padding_is_seen_where_no_gradient_is_asked_for(ask):
    assert ask(PaddedWithoutBias).outputs["out"].shape == (2, 4, 6, 6)


def test_what_is_drawn_is_counted(ask):
    answer = ask(Layer, drawn=True, inputs={"w": INPUTS["w"]})
    assert answer.outputs == {"numbers": 36.0, "spread": 1.0}
    equal = ask(PaddedWithoutBias, drawn=True, inputs={"w": INPUTS["w"]})
    assert equal.outputs == {"numbers": 36.0, "spread": 1 / 36}


@pytest.mark.parametrize(
    ("draw", "spread"),
    [
        (lambda rng: rng.normal(size=(64, 1, 3, 3)).astype(np.float16), 1.0),
        (lambda rng: rng.random((64, 1, 3, 3), dtype=np.float32), 1.0),
        (lambda rng: np.concatenate([w := rng.normal(size=(63, 1, 3, 3)), w[:1]]), 567 / 576),
        (lambda rng: rng.integers(-99, 99, (64, 1, 3, 3)).astype(np.float32), None),
    ],
    ids=["float16", "float32", "two filters are one", "whole numbers"],
)
def test_numbers_that_are_equal_by_chance_count_as_drawn_anew(ask, draw, spread):
    drawn = draw(np.random.default_rng(3))
    if spread == 1.0:
        drawn.flat[7] = drawn.flat[500]  # in float32 one hand-in in a hundred has such a pair

    class Drawn(Layer):
        def initialize_weights(self):
            self.weights = {"W": drawn, "b": np.zeros(64)}

    answer = ask(Drawn, drawn=True, inputs={"w": drawn})
    found = answer.outputs["spread"]
    assert found == spread if spread else found < 0.4


class Pool:
    """Finds its maxima by reshaping."""

    def forward(self, x):
        n, c, h, w = x.shape
        self.tiles = x.reshape(n, c, h // 2, 2, w // 2, 2)
        x += 0.0
        return self.tiles.max(axis=(3, 5))

    def backward(self, dout):
        mask = self.tiles == self.tiles.max(axis=(3, 5), keepdims=True)
        return (mask * dout[:, :, :, None, :, None]).reshape(*dout.shape[:2], 6, 6)


class Changing(Pool):
    """Writes into its input."""

    def forward(self, x):
        out = super().forward(x.copy())
        x[:] = 0
        return out


def test_pooling_is_found_beside_a_convolution(ask):
    inputs, upstream = {"x": INPUTS["x"]}, np.ones((2, 1, 3, 3))
    how = {"kind": "pooling", "inputs": inputs, "upstream": upstream, "wrt": ("x",)}
    answer = ask(PaddedWithoutBias, Pool, **how)
    assert answer.gradients["x"].sum() == 18
    assert answer.outputs["out"].shape == (2, 1, 3, 3)
    assert ask(Changing, **how).mutated == ("x",)


def test_a_module_without_such_a_class_is_told_what_is_missing(ask):
    fault = ask(Pool)
    assert fault.kind is FaultKind.MISSING
    assert "m.Layer" in fault.message


def test_a_layer_without_backward_is_told_what_is_missing(ask):
    class Layer(PaddedWithoutBias):
        backward = property(lambda self: self.nothing)

    fault = ask(Layer, upstream=UPSTREAM)
    assert fault.kind is FaultKind.MISSING
    assert fault.message.startswith("m.Layer cannot be used: 'Layer' object has no attribute")
    assert fault.hint.startswith("Keep initialize_weights(), forward(x) and backward(dout)")


def test_weights_that_are_not_drawn_yet_lie_where_the_template_has_them(ask):
    class Undrawn(Layer):
        def initialize_weights(self):
            raise NotImplementedError("2.1")

    expected = ask(renamed(Layer), upstream=UPSTREAM)
    given = ask(renamed(Undrawn), upstream=UPSTREAM)
    assert np.array_equal(given.outputs["out"], expected.outputs["out"])
    assert np.array_equal(given.gradients["w"], expected.gradients["w"])


def test_a_backward_is_asked_although_forward_returns_nothing(ask):
    class Silent(Layer):
        def forward(self, x):
            super().forward(x)

    expected = ask(renamed(Layer), upstream=UPSTREAM)
    given = ask(renamed(Silent), upstream=UPSTREAM)
    assert given.outputs["out"] is None
    assert np.array_equal(given.gradients["w"], expected.gradients["w"])


def renamed(owner):
    """Has a class go by the name of the subject."""
    return type("Layer", (owner,), {})
