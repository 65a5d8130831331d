"""Training steps, measurements and optimizers of TensorFlow, on data of ours."""

import numpy as np
import pytest

from grader.conventions.convention import Call, Computed, Subject
from grader.conventions.keras_optimizer import KERAS_OPTIMIZER
from grader.conventions.tensorflow_training import DATASET_EVALUATION, TRAINING_STEP
from grader.worker.program import Replies

pytestmark = pytest.mark.tensorflow

RNG = np.random.default_rng(7)
DATA = {
    "x": RNG.normal(size=(10, 2, 2, 3)).astype(np.float32),
    "y": RNG.integers(0, 4, 10),
    "w1": RNG.normal(size=(12, 5)).astype(np.float32),
    "w2": RNG.normal(size=(5, 4)).astype(np.float32),
}


def forward(x, w1, w2):
    return np.maximum(x.reshape(len(x), -1) @ w1, 0) @ w2


def loss_of(x, y, w1, w2):
    scores = forward(x, w1, w2)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(y)), y].mean()


@pytest.fixture
def asked(in_process, tensorflow):
    def ask(convention, f, inputs=DATA, **options):
        call = Call(inputs, options=options)
        (answer,) = convention.forward(in_process({"f": f}), Subject("f"), [call])
        return answer

    return ask


class TestTrainingStep:
    @pytest.fixture
    def step(self, tensorflow):
        def run(model_fn, x, y, params, rate):
            assert isinstance(x, np.ndarray)
            assert y.dtype == np.int32
            with tensorflow.GradientTape() as tape:
                losses = tensorflow.nn.sparse_softmax_cross_entropy_with_logits(
                    y, model_fn(x, params)
                )
                loss = tensorflow.reduce_mean(losses)
            for w, gradient in zip(params, tape.gradient(loss, params), strict=True):
                w.assign_sub(rate * gradient)
            return loss

        return run

    def test_the_loss_and_the_weights_come_back(self, asked, step):
        answer = asked(TRAINING_STEP, step, learning_rate=0.1)
        assert answer.outputs["loss"] == pytest.approx(loss_of(*DATA.values()), rel=1e-5)
        assert answer.outputs["w1"].shape == (12, 5)
        # The first-order change of the loss is -rate * |gradient|^2.
        change = {name: answer.outputs[name] - DATA[name] for name in ("w1", "w2")}
        norm = sum(float((each**2).sum()) for each in change.values()) / 0.1**2
        small = 1e-3
        moved = {name: DATA[name] + small * each / 0.1 for name, each in change.items()}
        after = loss_of(**{**DATA, **moved})
        assert (after - loss_of(**DATA)) / small == pytest.approx(-norm, rel=0.05)

    def test_several_steps_use_the_weights_of_the_step_before(self, asked, step):
        one = asked(TRAINING_STEP, step, learning_rate=0.1)
        weights = {name: one.outputs[name] for name in ("w1", "w2")}
        again = asked(TRAINING_STEP, step, {**DATA, **weights}, learning_rate=0.1)
        both = asked(TRAINING_STEP, step, learning_rate=0.1, training_steps=2)
        for name, value in again.outputs.items():
            np.testing.assert_allclose(both.outputs[name], value, rtol=1e-5)

    def test_there_may_be_other_parameters_than_two_matrices(self, asked, step):
        biases = {name: np.ones(size, np.float32) for name, size in (("b1", 5), ("b2", 4))}
        data = {**DATA, "b1": biases["b1"]}
        data = {name: data[name] for name in ("x", "y", "w1", "b1", "w2")} | {"b2": biases["b2"]}
        answer = asked(TRAINING_STEP, step, data, learning_rate=0.1)
        assert list(answer.outputs) == ["loss", "w1", "b1", "w2", "b2"]
        # The gradients by the scores of a sample add up to 0, and so do those by the last bias.
        assert answer.outputs["b2"].mean() == pytest.approx(1)
        assert not np.array_equal(answer.outputs["b2"], biases["b2"])
        assert not np.array_equal(answer.outputs["b1"], biases["b1"])

    def test_new_variables_in_the_list_count(self, asked, tensorflow):
        def replace(model_fn, x, y, params, rate):
            params[0] = tensorflow.Variable(params[0] + 1)
            return 0.0

        answer = asked(TRAINING_STEP, replace, learning_rate=1)
        np.testing.assert_array_equal(answer.outputs["w1"], DATA["w1"] + 1)

    def test_a_loss_that_is_not_returned_is_told(self, asked):
        fault = asked(TRAINING_STEP, lambda *_: None, learning_rate=0.1)
        assert fault.message == "f returned None; expected the loss."
        assert fault.hint == "End the function with `return total_loss`."


class TestEvaluation:
    @staticmethod
    def right(model_fn, params, dset):
        pairs = [(model_fn(x, params).numpy().argmax(axis=1) == y) for x, y in dset]
        return sum(map(np.sum, pairs)), sum(map(len, pairs))

    def test_what_is_printed_is_read(self, asked):
        def check(dset, x, model_fn, params):
            correct, samples = self.right(model_fn, params, dset)
            assert len(list(dset)) == 3
            assert x.shape == (4, 2, 2, 3)
            print(f"Got {correct} / {samples} correct ({100 * correct / samples:.2f}%)")

        answer = asked(DATASET_EVALUATION, check, batch_size=4)
        scores = forward(DATA["x"], DATA["w1"], DATA["w2"])
        assert answer.outputs["accuracy"] == (scores.argmax(axis=1) == DATA["y"]).mean()
        np.testing.assert_array_equal(answer.outputs["w1"], DATA["w1"])

    def test_a_reply_that_is_read_once_more_says_the_same(self, in_process, tensorflow):
        class Remembers:
            """A session that answers as it did the first time."""

            session, replies = in_process({"f": lambda *_: print("Got 5 / 10 correct")}), None

            def run(self, program):
                self.replies = self.replies or self.session.run(program)
                return self.replies

        session, call = Remembers(), Call(DATA, options={"batch_size": 4})
        first, second = DATASET_EVALUATION.forward(session, Subject("f"), [call, call])
        assert first.outputs["accuracy"] == second.outputs["accuracy"] == 0.5

    def test_what_is_returned_counts_as_well(self, asked):
        answer = asked(DATASET_EVALUATION, lambda *_: 0.25, batch_size=4)
        assert answer.outputs["accuracy"] == 0.25

    def test_what_tensorflow_prints_is_read(self, asked, tensorflow):
        def check(dset, x, model_fn, params):
            tensorflow.print("Got", tensorflow.constant(3), "/", 10, "correct", sep=" ", end="")

        original = tensorflow.print
        assert asked(DATASET_EVALUATION, check, batch_size=4).outputs["accuracy"] == 0.3
        assert tensorflow.print is original

    def test_what_a_graph_prints_is_not_taken_away(self, asked, tensorflow):
        @tensorflow.function
        def traced(x):
            tensorflow.print("in a graph")
            return x

        def check(dset, x, model_fn, params):
            return float(traced(tensorflow.constant(0.5)))

        assert asked(DATASET_EVALUATION, check, batch_size=4).outputs["accuracy"] == 0.5

    def test_silence_is_told(self, asked):
        fault = asked(DATASET_EVALUATION, lambda *_: None, batch_size=4)
        assert fault.message == (
            "f printed no line such as `Got 12 / 64 correct (18.75%)`, and returned no accuracy "
            "either."
        )
        assert fault.hint.startswith("Print the number of right samples")


class TestOptimizer:
    GRADIENTS = (1.0, 0.0, 0.5)

    def ask(self, asked, make):
        return asked(KERAS_OPTIMIZER, make, {}, gradients=list(self.GRADIENTS))

    @pytest.mark.parametrize("rate", [1e-3, 0.5])
    def test_the_learning_rate_does_not_matter(self, asked, tensorflow, rate):
        sgd = tensorflow.keras.optimizers.SGD
        answer = self.ask(asked, lambda: sgd(rate, momentum=0.9, nesterov=True))
        # By hand, in units of -rate: v is 1, 0.9 and 1.31; a step is 0.9 v plus the gradient.
        wanted = np.array([1.9, 0.81, 0.9 * 1.31 + 0.5]) / 1.9
        np.testing.assert_allclose(answer.outputs["steps"], wanted, rtol=1e-4)

    def test_plain_momentum_is_another(self, asked, tensorflow):
        sgd = tensorflow.keras.optimizers.SGD
        answer = self.ask(asked, lambda: sgd(0.1, momentum=0.9))
        np.testing.assert_allclose(answer.outputs["steps"], [1, 0.9, 1.31], rtol=1e-4)

    def test_what_is_no_optimizer_is_told(self, asked):
        fault = self.ask(asked, lambda: "sgd")
        assert fault.message == "f returned no Keras optimizer."
        assert fault.hint == "Return what tf.keras.optimizers.SGD(...) gives."

    def test_a_learning_rate_of_zero_is_told(self, asked, tensorflow):
        fault = self.ask(asked, lambda: tensorflow.keras.optimizers.SGD(0.0))
        assert fault.message == (
            "The first step of the optimizer of f does not go against the gradient."
        )
        assert fault.hint == "Look at the learning rate, which has to be larger than 0."


@pytest.mark.parametrize(
    ("convention", "options"),
    [
        (TRAINING_STEP, {"learning_rate": 0.1}),
        (DATASET_EVALUATION, {"batch_size": 4}),
        (KERAS_OPTIMIZER, {"gradients": [1.0, 0.0]}),
    ],
)
def test_what_the_process_says_is_not_trusted(asked, monkeypatch, convention, options):
    monkeypatch.setattr(Replies, "value", lambda *_: "something else")
    monkeypatch.setattr(Replies, "fault", lambda *_: None)
    answer = asked(convention, lambda *_: None, **options)
    assert not isinstance(answer, Computed)
    assert answer.message == "The hand-in's process described one value and sent another."
