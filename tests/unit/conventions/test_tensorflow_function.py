"""Functions on TensorFlow's tensors, and those that return a list of variables."""

import numpy as np
import pytest

from grader.conventions.convention import Call, Subject
from grader.conventions.tensorflow_function import TENSORFLOW_FUNCTION
from grader.worker.program import FaultKind

pytestmark = pytest.mark.tensorflow

X = np.array([[1.0, -2.0], [3.0, 4.0]], dtype=np.float32)
W = np.array([[2.0, 0.0, 1.0], [0.0, 1.0, 1.0]], dtype=np.float32)


@pytest.fixture
def asked(in_process, tensorflow):
    def ask(f, inputs, upstream=None, wrt=(), **options):
        run = TENSORFLOW_FUNCTION.forward if upstream is None else TENSORFLOW_FUNCTION.backward
        call = Call(inputs, upstream, tuple(wrt), options)
        (answer,) = run(in_process({"f": f}), Subject("f"), [call])
        return answer

    return ask


def test_arrays_become_tensors_and_the_output_an_array(asked, tensorflow):
    def product(x, w):
        assert isinstance(x, tensorflow.Tensor)
        return x @ w

    answer = asked(product, {"x": X, "w": W})
    np.testing.assert_array_equal(answer.outputs["out"], X @ W)


def test_several_inputs_make_up_a_list(asked):
    answer = asked(
        lambda params, x: params[1] + x @ params[0],
        {"w": W, "b": np.ones(3, np.float32), "x": X},
        lists={"params": ["w", "b"]},
    )
    np.testing.assert_array_equal(answer.outputs["out"], X @ W + 1)


def test_gradients_by_the_inputs_that_are_asked_for(asked, tensorflow):
    upstream = np.array([[1.0, 0.0, 2.0], [0.5, 1.0, 0.0]], dtype=np.float32)
    answer = asked(lambda x, w: tensorflow.nn.relu(x @ w), {"x": X, "w": W}, upstream, wrt=["w"])
    through = upstream * (X @ W > 0)
    np.testing.assert_allclose(answer.gradients["w"], X.T @ through, rtol=1e-6)
    assert set(answer.gradients) == {"w"}


def test_a_gradient_of_gathered_rows_is_dense(asked, tensorflow):
    answer = asked(
        lambda w: tensorflow.gather(w, [0, 0]), {"w": W}, np.ones((2, 3), np.float32), wrt=["w"]
    )
    assert answer.gradients["w"].tolist() == [[2, 2, 2], [0, 0, 0]]


def test_an_output_that_no_gradient_reaches_is_told(asked, tensorflow):
    fault = asked(
        lambda x, w: tensorflow.stop_gradient(x) @ w,
        {"x": X, "w": W},
        np.ones((2, 3), np.float32),
        wrt=["x", "w"],
    )
    assert fault.message == "No gradient of what f returned reaches x."
    assert fault.hint == (
        "Compute with TensorFlow alone, and look for tf.stop_gradient, .numpy() or a conversion to "
        "NumPy on the way."
    )


def test_an_output_of_another_shape_has_no_gradients(asked):
    answer = asked(lambda x, w: x, {"x": X, "w": W}, np.ones((2, 3), np.float32), wrt=["x"])
    assert answer.outputs["out"].shape == (2, 2)
    assert answer.gradients == {}


def test_shapes_are_tuples(asked, tensorflow):
    answer = asked(lambda shape: tensorflow.zeros((*shape, 1)) + len(shape), {"shape": [3, 2]})
    assert answer.outputs["out"].shape == (3, 2, 1)
    assert (answer.outputs["out"] == 2).all()


class TestLists:
    def test_their_items_get_names(self, asked, tensorflow):
        made = [tensorflow.Variable(W), tensorflow.Variable([1.0])]
        answer = asked(lambda: made, {}, returns=["w", "b"], variables=True)
        np.testing.assert_array_equal(answer.outputs["w"], W)
        assert answer.outputs["b"].tolist() == [1]

    @pytest.mark.parametrize(
        ("found", "said"), [(None, "no list"), ([W], "1 of them"), ((W, W, W), "3 of them")]
    )
    def test_of_another_length_they_are_told(self, asked, found, said):
        fault = asked(lambda: found, {}, returns=["w", "b"])
        assert fault.message == f"f returned {said}; expected a list of 2: w, b."
        assert fault.hint == "End the function with `return [w, b]`."

    def test_tensors_in_the_place_of_variables_are_told(self, asked, tensorflow):
        made = [tensorflow.Variable(W), tensorflow.constant(1.0)]
        fault = asked(lambda: made, {}, returns=["w", "b"], variables=True)
        assert fault.message == (
            "f returned b as tensors, which cannot be changed; expected a tf.Variable each."
        )
        assert fault.hint == "Wrap the numbers, as in `tf.Variable(tf.zeros((channel_1,)))`."
        assert not isinstance(asked(lambda: made, {}, returns=["w", "b"]), type(fault))

    def test_variables_that_no_training_changes_are_told(self, asked, tensorflow):
        made = [tensorflow.Variable(W), tensorflow.Variable([1.0], trainable=False)]
        fault = asked(lambda: made, {}, returns=["w", "b"], variables=True)
        assert fault.message == (
            "f returned b as variables with trainable=False: tf.GradientTape does not watch these, "
            "so they get no gradient and are never trained."
        )
        assert fault.hint == "Make each of them without trainable=False."


def own_draw(shape):
    raise ValueError("this one is judged by itself")


def makes_weights():
    return [own_draw((50, 400)), own_draw((5, 5, 8, 100))]


class TestDrawing:
    def test_a_function_that_draws_is_replaced_by_one_that_is_right(self, asked, monkeypatch):
        monkeypatch.setitem(makes_weights.__globals__, "own_draw", own_draw)
        answer = asked(makes_weights, {}, returns=["a", "b"], spread=True, draws_with="own_draw")
        assert list(answer.outputs.values()) == pytest.approx([2**0.5] * 2, rel=0.05)

    def test_a_hand_in_without_such_a_function_draws_by_itself(self, asked, monkeypatch):
        fault = asked(makes_weights, {}, returns=["a", "b"], draws_with="another_name")
        assert fault.kind is FaultKind.RAISED
        assert "judged by itself" in fault.said


def test_what_the_process_says_is_not_trusted(tensorflow, in_process, monkeypatch):
    from grader.worker.program import Replies

    monkeypatch.setattr(Replies, "value", lambda *_: "something else")
    call = Call({"x": X})
    (fault,) = TENSORFLOW_FUNCTION.forward(in_process({"f": lambda x: x}), Subject("f"), [call])
    assert fault.message == "The hand-in's process described one value and sent another."
