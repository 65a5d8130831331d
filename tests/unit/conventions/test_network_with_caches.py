"""Networks with caches: what is the student's own affair is brought to one form."""

from itertools import pairwise

import numpy as np
import pytest

from grader.conventions.convention import Call, Computed, Subject
from grader.conventions.network_with_caches import DIMS, NETWORK_WITH_CACHES, RATE
from grader.worker.inside import drivers
from grader.worker.program import FaultKind

RNG = np.random.default_rng(6135)
X = RNG.normal(size=(5, 784))
Y = np.array([1, 0, 9, 9, 4])
INPUTS = {"x": X, "labels": Y}


@pytest.fixture(autouse=True)
def _drivers():
    drivers.load("")


@pytest.fixture
def ask(in_process):
    """Asks a class one question, of a network with the same drawn weights every time."""

    def run(owner, question="", backward=False, inputs=INPUTS, **options):
        session, subject = in_process({"m.NN": owner}), Subject("m.NN")
        options |= {"question": question} if question else {}
        call = Call(inputs, options=options)
        drawn = NETWORK_WITH_CACHES.complete(session, subject, call, np.random.default_rng(2022))
        runner = NETWORK_WITH_CACHES.backward if backward else NETWORK_WITH_CACHES.forward
        (answer,) = runner(session, subject, [Call(drawn, options=options)])
        return answer

    return run


class Rows:
    """As the template has it: examples in rows, averages, one-hot labels."""

    def __init__(self, activation="relu", lr=0.01):
        self.activation_str = activation
        self.lr = lr
        self.weights = {}

    def initialize_weights(self):
        for i in (1, 2, 3):
            bound = 784**-0.5
            self.weights[f"W{i}"] = np.random.uniform(-bound, bound, (DIMS[i - 1], DIMS[i]))
            self.weights[f"b{i}"] = np.zeros((1, DIMS[i]))

    def relu(self, x, grad=False):
        return (x > 0) * 1.0 if grad else np.maximum(x, 0)

    def tanh(self, x, grad=False):
        return 1 - np.tanh(x) ** 2 if grad else np.tanh(x)

    def sigmoid(self, x, grad=False):
        s = 1 / (1 + np.exp(-x))
        return s * (1 - s) if grad else s

    def softmax(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def activation(self, x, activation_str=None, grad=False):
        return getattr(self, activation_str or self.activation_str)(x, grad)

    def forward(self, x):
        cache = {"A0": x}
        for i in (1, 2, 3):
            cache[f"Z{i}"] = cache[f"A{i - 1}"] @ self.weights[f"W{i}"] + self.weights[f"b{i}"]
            last = self.softmax if i == 3 else self.activation
            cache[f"A{i}"] = last(cache[f"Z{i}"])
        return cache

    def loss(self, prediction, labels):
        return -np.sum(labels * np.log(prediction)) / len(labels)

    def backward(self, cache, labels):
        grads, dz = {}, cache["A3"] - labels
        for i in (3, 2, 1):
            grads[f"dZ{i}"] = dz
            grads[f"dW{i}"] = cache[f"A{i - 1}"].T @ dz / len(labels)
            grads[f"db{i}"] = dz.mean(axis=0, keepdims=True)
            if i > 1:
                grads[f"dA{i - 1}"] = dz @ self.weights[f"W{i}"].T
                dz = grads[f"dA{i - 1}"] * self.activation(cache[f"Z{i - 1}"], grad=True)
        return grads

    def update(self, grads):
        for key in self.weights:
            self.weights[key] = self.weights[key] - self.lr * grads["d" + key]


class Columns(Rows):
    """Weights are (out, in), examples columns."""

    def initialize_weights(self):
        for i in (1, 2, 3):
            self.weights[f"W{i}"] = np.zeros((DIMS[i], DIMS[i - 1]))
            self.weights[f"b{i}"] = np.zeros((DIMS[i], 1))

    def softmax(self, x):
        return super().softmax(x.T).T

    def forward(self, x):
        cache = {"A0": x}
        for i in (1, 2, 3):
            cache[f"Z{i}"] = self.weights[f"W{i}"] @ cache[f"A{i - 1}"] + self.weights[f"b{i}"]
            cache[f"A{i}"] = (self.softmax if i == 3 else self.activation)(cache[f"Z{i}"])
        return cache

    def backward(self, cache, labels):
        grads, dz = {}, cache["A3"] - labels
        for i in (3, 2, 1):
            grads[f"dZ{i}"], grads[f"dW{i}"] = dz, dz @ cache[f"A{i - 1}"].T / labels.shape[1]
            grads[f"db{i}"] = dz.mean(axis=1)
            if i > 1:
                grads[f"dA{i - 1}"] = self.weights[f"W{i}"].T @ dz
                dz = grads[f"dA{i - 1}"] * self.activation(cache[f"Z{i - 1}"], grad=True)
        return grads


class Swapped(Rows):
    """A is the pre-activation and Z the activation, as in the starters of other years."""

    def forward(self, x):
        cache = super().forward(x)
        return {("Z" if key[0] == "A" else "A") + key[1]: value for key, value in cache.items()}

    def backward(self, cache, labels):
        turned = {("Z" if key[0] == "A" else "A") + key[1]: v for key, v in cache.items()}
        grads = super().backward(turned, labels)
        names = {"A": "Z", "Z": "A"}
        return {"d" + names.get(key[1], key[1]) + key[2]: v for key, v in grads.items()}


class Summed(Rows):
    """Sums over the batch, class numbers as labels, and state in place of arguments."""

    def forward(self, x):
        self.cache = super().forward(x)
        return self.cache["A3"], self.cache

    def loss(self, y_hat, y):
        return -np.log(y_hat[np.arange(len(y)), y]).sum()

    def backward(self, y):
        grads = super().backward(self.cache, np.eye(10)[y])
        self.grads = {k: v * len(y) if k[1] in "Wb" else v for k, v in grads.items()}


class Attributes:
    """Weights are lists, activations functions of nobody's, gradients averaged from the top."""

    def __init__(self, hidden_dims):
        self.W, self.b = [], []
        self.dims = (784, *hidden_dims, 10)

    def initialize_weights(self):
        self.W = [np.zeros(pair) for pair in zip(self.dims, self.dims[1:], strict=False)]
        self.b = [np.zeros(size) for size in self.dims[1:]]

    def forward(self, x):
        self.a, self.z = [x], []
        for w, b in zip(self.W, self.b, strict=True):
            self.z.append(self.a[-1] @ w + b)
            self.a.append(np.maximum(self.z[-1], 0))
        e = np.exp(self.z[-1])
        self.a[-1] = e / e.sum(axis=1, keepdims=True)
        return {"z": self.z, "a": self.a}

    def backward(self, labels):
        dz, grads = (self.a[-1] - labels) / len(labels), {}
        for i in (2, 1, 0):
            grads |= {f"dW{i + 1}": self.a[i].T @ dz, f"db{i + 1}": dz.sum(0), f"dZ{i + 1}": dz}
            dz = (dz @ self.W[i].T) * (self.a[i] > 0)
        return grads

    def update(self, grads, eta):
        for i in range(3):
            self.W[i] = self.W[i] - eta * grads[f"dW{i + 1}"]
            self.b[i] = self.b[i] - eta * grads[f"db{i + 1}"]


STYLES = [Rows, Columns, Swapped, Summed, Attributes]


@pytest.mark.parametrize("style", STYLES)
def test_every_style_gives_the_same_forward_pass(ask, style):
    expected = ask(Rows, "forward").outputs
    assert list(expected) == ["Z1", "A1", "Z2", "A2", "Z3", "A3"]
    assert expected["A2"].shape == (5, 64)
    given = ask(style, "forward").outputs
    assert all(np.allclose(given[name], value, rtol=1e-12) for name, value in expected.items())


@pytest.mark.parametrize("style", STYLES)
def test_every_style_gives_the_same_gradients(ask, style):
    expected, given = ask(Rows, backward=True), ask(style, backward=True)
    assert list(expected.gradients) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert expected.gradients["b1"].shape == (128,)
    for name, value in expected.gradients.items():
        np.testing.assert_allclose(given.gradients[name], value, rtol=1e-9, atol=1e-14)
    assert given.outputs["loss"] == pytest.approx(expected.outputs["loss"], rel=1e-12)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_gives_the_same_gradients_of_activations(ask, style):
    expected = ask(Rows, "gradients").outputs
    assert set(expected) == {"dZ1", "dZ2", "dZ3", "dA1", "dA2"}
    given = ask(style, "gradients").outputs
    for name, value in expected.items():
        np.testing.assert_allclose(given[name], value, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("style", [Rows, Columns, Swapped, Summed])
def test_a_single_example_is_driven_as_a_batch_of_one(ask, style):
    one = {"x": X[:1], "labels": Y[:1]}
    expected, given = (ask(each, backward=True, inputs=one) for each in (Rows, style))
    for name, value in expected.gradients.items():
        np.testing.assert_allclose(given.gradients[name], value, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("style", [Rows, Columns, Summed, Attributes])
def test_every_style_takes_the_same_step(ask, style, in_process):
    answer = ask(style, "update", inputs={})
    call = Call({}, options={"question": "update"})
    drawn = NETWORK_WITH_CACHES.complete(None, Subject("m.NN"), call, np.random.default_rng(2022))
    for name in ("W1", "b1", "W2", "b2", "W3", "b3"):
        expected = drawn[name] - RATE * drawn["d" + name]
        np.testing.assert_allclose(answer.outputs[name], expected, rtol=1e-12)


def test_a_rate_that_stands_in_the_code_is_brought_to_the_one_that_is_asked(ask):
    class Fixed(Rows):
        def __init__(self):
            self.weights, self.activation_str = {}, "relu"

        def update(self, grads):
            for key in self.weights:
                self.weights[key] = self.weights[key] - 0.003 * grads["d" + key]

    class Up(Fixed):
        def update(self, grads):
            for key in self.weights:
                self.weights[key] = self.weights[key] + 0.003 * grads["d" + key]

    expected = ask(Rows, "update", inputs={}).outputs["b2"]
    np.testing.assert_allclose(ask(Fixed, "update", inputs={}).outputs["b2"], expected, rtol=1e-9)
    assert not np.allclose(ask(Up, "update", inputs={}).outputs["b2"], expected, rtol=1e-3)


def test_new_weights_may_be_returned(ask):
    class Returning(Rows):
        def update(self, grads, learning_rate=1.0):
            return {k: w - learning_rate * grads["d" + k] for k, w in self.weights.items()}

    expected = ask(Rows, "update", inputs={}).outputs["W3"]
    assert np.allclose(ask(Returning, "update", inputs={}).outputs["W3"], expected, rtol=1e-12)


@pytest.mark.parametrize("style", [Rows, Summed])
def test_a_summed_loss_is_averaged_and_either_form_of_labels_taken(ask, style):
    p = RNG.uniform(0.1, 0.9, (6, 10))
    answer = ask(style, "loss", inputs={"prediction": p, "labels": np.arange(6)})
    expected = -np.mean(np.log(p[np.arange(6), np.arange(6)]))
    assert answer.outputs["loss"] == pytest.approx(expected, rel=1e-12)


def test_a_prediction_that_is_changed_is_said(ask):
    class Clipping(Rows):
        def loss(self, prediction, labels):
            prediction[prediction < 0.5] = 0.5
            return super().loss(prediction, labels)

    inputs = {"prediction": np.full((2, 10), 0.1), "labels": Y[:2]}
    assert ask(Clipping, "loss", inputs=inputs).mutated == ("prediction",)
    assert ask(Rows, "loss", inputs=inputs).mutated == ()


def test_an_activation_that_writes_into_its_input_is_said(ask):
    class Shifting(Rows):
        def softmax(self, x):
            x -= x.max(axis=1, keepdims=True)
            return super().softmax(x)

    inputs = {"x": RNG.normal(size=(3, 10))}
    given = ask(Shifting, "activation", inputs=inputs, function="softmax")
    expected = ask(Rows, "activation", inputs=inputs, function="softmax")
    assert np.allclose(given.outputs["out"], expected.outputs["out"])
    assert given.mutated == ("x",)
    assert expected.mutated == ()
    assert set(given.outputs) == {"out"}


def test_a_wrong_relu_is_not_charged_at_the_forward_pass(ask):
    class Leaky(Rows):
        def relu(self, x, grad=False):
            return np.where(x > 0, 1.0, 0.1) * (1 if grad else x)

    given, expected = ask(Leaky, "forward").outputs, ask(Rows, "forward").outputs
    np.testing.assert_allclose(given["A2"], expected["A2"], rtol=1e-12)
    own = ask(Leaky, "activation", function="relu", inputs={"x": np.array([-1.0, 2.0])})
    assert own.outputs["out"].tolist() == [-0.1, 2.0]
    chosen = ask(Leaky, "activation", function="activation", activation="relu", inputs={"x": X})
    np.testing.assert_allclose(chosen.outputs["out"], np.maximum(X, 0))


def test_a_wrong_forward_pass_is_not_charged_at_the_gradients(ask):
    class NoBias(Rows):
        def forward(self, x):
            cache = {"A0": x}
            for i in (1, 2, 3):
                cache[f"Z{i}"] = cache[f"A{i - 1}"] @ self.weights[f"W{i}"]
                cache[f"A{i}"] = (self.softmax if i == 3 else self.activation)(cache[f"Z{i}"])
            return cache

    given, expected = ask(NoBias, backward=True), ask(Rows, backward=True)
    for name, value in expected.gradients.items():
        np.testing.assert_allclose(given.gradients[name], value, rtol=1e-9, atol=1e-14)
    assert given.outputs["loss"] != pytest.approx(expected.outputs["loss"], rel=1e-3)


def test_averages_of_weights_and_sums_of_biases_are_told_apart(ask):
    class Mixed(Rows):
        def backward(self, cache, labels):
            grads = super().backward(cache, labels)
            return {k: v * len(labels) if k[1] == "b" else v for k, v in grads.items()}

    given, expected = ask(Mixed, backward=True).gradients, ask(Rows, backward=True).gradients
    np.testing.assert_allclose(given["W2"], expected["W2"], rtol=1e-9)
    np.testing.assert_allclose(given["b2"], 5 * expected["b2"], rtol=1e-9)


def test_a_gradient_of_a_wrong_shape_is_given_as_it_is(ask):
    class OverUnits(Rows):
        def backward(self, cache, labels):
            grads = super().backward(cache, labels)
            return {k: v.T @ np.ones((len(v), 7)) if k == "dW2" else v for k, v in grads.items()}

    given, expected = ask(OverUnits, backward=True).gradients, ask(Rows, backward=True).gradients
    assert given["W2"].shape == (64, 7)
    np.testing.assert_allclose(given["W3"], expected["W3"], rtol=1e-9)


def test_activations_are_called_whatever_the_order_of_their_arguments(ask):
    class Other(Rows):
        def activation(self, grad, activation_str, z):
            return super().activation(z, activation_str, grad)

        @staticmethod
        def tanh(value, derivative=False):
            return 1 - np.tanh(value) ** 2 if derivative else np.tanh(value)

    x = np.array([[-0.5, 2.0]])
    options = {"function": "activation", "activation": "tanh", "derivative": True}
    answer = ask(Other, "activation", inputs={"x": x}, **options)
    np.testing.assert_allclose(answer.outputs["out"], 1 - np.tanh(x) ** 2)


def test_the_name_that_is_handed_over_decides_which_activation_is_chosen(ask):
    class Deaf(Rows):
        def activation(self, z, activation_str=None, grad=False):
            return super().activation(z, self.activation_str, grad)

    class ByAttribute(Rows):
        def activation(self, z, grad=False):
            return super().activation(z, self.activation_str, grad)

    x = np.array([[-0.5, 2.0]])
    for chosen, right in (("tanh", np.tanh(x)), ("relu", np.maximum(x, 0))):
        options = {"function": "activation", "activation": chosen}
        given = [
            ask(each, "activation", inputs={"x": x}, **options).outputs["out"]
            for each in (Rows, ByAttribute, Deaf)
        ]
        np.testing.assert_allclose(given[0], right)
        np.testing.assert_allclose(given[1], right)
        assert not np.allclose(given[2], right)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_weights_that_are_kept_twice_are_set_in_both_places(ask, dtype):
    class Twice(Rows):
        def initialize_weights(self):
            super().initialize_weights()
            for name, value in self.weights.items():
                self.weights[name] = value.astype(dtype)
                setattr(self, name, self.weights[name])

    expected = ask(Rows, "forward").outputs
    given = ask(Twice, "forward").outputs
    assert all(np.allclose(given[name], value, rtol=1e-12) for name, value in expected.items())


def test_weights_that_layers_hold_as_well_are_set_for_them(ask):
    class Linear:
        def __init__(self, w, b):
            self.w, self.b = w, b

    class OfLayers(Rows):
        def initialize_weights(self):
            super().initialize_weights()
            kept = self.weights
            self.layers = [Linear(kept[f"W{i}"], kept[f"b{i}"]) for i in (1, 2, 3)]

        def forward(self, x):
            self.weights = {
                f"{letter}{i}": getattr(layer, letter.lower())
                for i, layer in enumerate(self.layers, start=1)
                for letter in "Wb"
            }
            return super().forward(x)

    expected = ask(Rows, "forward").outputs
    given = ask(OfLayers, "forward").outputs
    assert all(np.allclose(given[name], value, rtol=1e-12) for name, value in expected.items())


def test_ranges_by_the_fan_in_are_brought_to_the_first_layers(ask):
    class ByFanIn(Rows):
        def initialize_weights(self):
            for i in (1, 2, 3):
                bound = DIMS[i - 1] ** -0.5
                self.weights[f"W{i}"] = np.linspace(-bound, bound, DIMS[i - 1] * DIMS[i]).reshape(
                    DIMS[i - 1], DIMS[i]
                )
                self.weights[f"b{i}"] = np.zeros(DIMS[i])

    outputs = ask(ByFanIn, "weights").outputs
    for name in ("W1", "W2", "W3", "W2 and W3"):
        assert np.max(np.abs(outputs[name])) == pytest.approx(1 / 28)
    assert outputs["W2 and W3"].size == 128 * 64 + 64 * 10
    assert outputs["b3"].shape == (10,)


@pytest.mark.parametrize("ends_alone", [True, False])
def test_sizes_that_initialize_weights_asks_for_are_the_ends_or_all(ask, ends_alone):
    class Sized(Rows):
        def initialize_weights(self, dims):
            sizes = (dims[0], 128, 64, dims[1]) if ends_alone else dims
            for i, shape in enumerate(pairwise(sizes), start=1):
                self.weights[f"W{i}"], self.weights[f"b{i}"] = np.zeros(shape), np.zeros(shape[1])

    outputs = ask(Sized, "weights").outputs
    assert [outputs[f"W{i}"].shape for i in (1, 2, 3)] == [(784, 128), (128, 64), (64, 10)]


def test_one_example_may_be_a_vector(ask):
    class Vectors(Rows):
        def forward(self, x):
            if x.ndim > 1:
                raise ValueError("one example at a time")
            self.kept = super().forward(x.reshape(1, -1))
            return {key: value.ravel() for key, value in self.kept.items()}

        def backward(self, cache, label):
            return super().backward(self.kept, label.reshape(1, -1))

    one = {"x": X[:1], "labels": Y[:1]}
    expected, given = (ask(each, backward=True, inputs=one) for each in (Rows, Vectors))
    np.testing.assert_allclose(given.gradients["W2"], expected.gradients["W2"], rtol=1e-9)


def test_a_method_that_is_missing_is_named(ask):
    class Half:
        def __init__(self):
            self.weights = {}

    fault = ask(Half, "update", inputs={})
    assert fault.kind is FaultKind.MISSING
    assert fault.message == "m.NN has no method `update`."
    assert fault.hint == "Keep the names of the methods as the assignment has them."


def test_what_a_method_raises_is_said(ask):
    class Unfinished(Rows):
        def forward(self, x):
            raise NotImplementedError("1.3")

    fault = ask(Unfinished, "forward")
    assert fault.kind is FaultKind.RAISED
    assert "NotImplementedError" in fault.message


@pytest.mark.parametrize("given", [NotImplementedError("1.3"), None, {"A3": np.zeros((5, 10))}])
def test_a_backward_is_given_the_template_s_cache_where_forward_gives_none(ask, given):
    class Unfinished(Rows):
        def forward(self, x):
            if isinstance(given, Exception):
                raise given
            return given

    whole, alone = (ask(each, backward=True).gradients for each in (Rows, Unfinished))
    for name in whole:
        assert np.array_equal(alone[name], whole[name])


@pytest.mark.parametrize(("raised", "said"), [(KeyError("z1"), "1.3"), (NotImplementedError, "")])
def test_a_backward_that_does_not_know_the_template_s_cache_says_what_forward_raised(
    ask, raised, said
):
    class Unfinished(Rows):
        def forward(self, x):
            raise ValueError("1.3")

        def backward(self, cache, labels):
            raise raised

    fault = ask(Unfinished, backward=True)
    assert fault.exception == ("ValueError" if said else "NotImplementedError")
    assert said in fault.said


def test_a_cache_without_the_examples_is_not_completed(ask):
    class Forgetful(Rows):
        def forward(self, x):
            return {key: each for key, each in super().forward(x).items() if key != "A0"}

    assert ask(Forgetful, backward=True).exception == "KeyError"


def test_a_constructor_that_asks_for_more_gets_what_it_names(ask):
    class Greedy(Rows):
        def __init__(self, input_dim, hidden_dims, n_classes, lr, *, seed, data):
            super().__init__(lr=lr)
            assert (input_dim, tuple(hidden_dims), n_classes, seed) == (784, (128, 64), 10, 0)
            assert data is None

    assert isinstance(ask(Greedy, "forward"), Computed)


def test_a_velocity_with_the_names_of_the_weights_is_not_taken_for_them(ask):
    class Momentum(Rows):
        def __init__(self, activation="relu", lr=0.01):
            self.velocity = {f"W{i}": np.zeros((DIMS[i - 1], DIMS[i])) for i in (1, 2, 3)}
            self.velocity |= {f"b{i}": np.zeros((1, DIMS[i])) for i in (1, 2, 3)}
            super().__init__(activation, lr)

    expected, given = (ask(each, "forward").outputs for each in (Rows, Momentum))
    assert np.array_equal(given["A3"], expected["A3"])
