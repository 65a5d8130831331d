"""Models of Keras: parameters by role and shape, whatever they are called."""

import numpy as np
import pytest

from grader.conventions.convention import Call, Subject
from grader.conventions.keras_model import KERAS_MODEL
from grader.conventions.parameter_groups import draw, in_words
from grader.worker.program import Replies

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def nets(tensorflow):
    """Small networks: one as the reference has it, and the same in other styles."""
    keras = tensorflow.keras
    layers = keras.layers

    class Reference(keras.Model):
        def __init__(self, channels=4, classes=3):
            super().__init__()
            self.conv = layers.Conv2D(channels, 3, padding="same", activation="relu")
            self.norm = layers.BatchNormalization()
            self.flatten = layers.Flatten()
            self.dense = layers.Dense(classes)

        def call(self, x, training=False):
            return self.dense(self.flatten(self.norm(self.conv(x), training=training)))

    class Own(layers.Layer):
        def build(self, shape):
            self.b = self.add_weight(shape=(1, 3), name="b")
            self.w = self.add_weight(shape=(shape[-1], 3), name="w")

        def call(self, x):
            return tensorflow.reshape(x, (len(x), -1)) @ self.w + self.b if x.ndim == 2 else x

    class Other(keras.Model):
        """Other names, another order, a layer of its own with a bias of two axes."""

        def __init__(self, kanaele=4, klassen=3):
            super().__init__()
            self.head = Own()
            self.body = keras.Sequential(
                [
                    layers.ZeroPadding2D(1),
                    layers.Conv2D(kanaele, 3),
                    layers.ReLU(),
                    layers.BatchNormalization(),
                    layers.Flatten(),
                ]
            )

        def call(self, image, training=False):
            return self.head(self.body(image, training=training))

    class NoRelu(Reference):
        def __init__(self, channels=4, classes=3):
            super().__init__(channels, classes)
            self.conv = layers.Conv2D(channels, 3, padding="same")

    class Stopped(Reference):
        def call(self, x, training=False):
            x = tensorflow.stop_gradient(self.norm(self.conv(x), training=training))
            return self.dense(self.flatten(x))

    class Wide(Reference):
        def __init__(self, channels=4, classes=3):
            super().__init__(channels + 1, classes)

    class Compiled(Reference):
        call = tensorflow.function(Reference.call)

    class NotAModel:
        def __init__(self, channels=4, classes=3):
            pass

    def functional(channels=4, classes=3):
        x = inputs = layers.Input((5, 5, 2))
        x = layers.Conv2D(channels, 3, padding="same", activation="relu")(x)
        x = layers.Flatten()(layers.BatchNormalization()(x))
        return keras.Model(inputs, layers.Dense(classes)(x))

    def nothing(channels, classes):
        functional(channels, classes)

    def tells_shape(shape, classes):
        assert shape == (5, 5, 2)
        return functional(4, classes)

    classes = (Reference, Other, NoRelu, Stopped, Wide, Compiled, NotAModel)
    functions = (functional, nothing, tells_shape)
    return {each.__name__: each for each in (*classes, *functions)}


@pytest.fixture
def asked(in_process, nets):
    """Draws for the reference and asks a network of another style."""

    def ask(name, backward=False, seed=0, **options):
        session = in_process(nets)
        options = {"construct": [4, 3], **options}
        rng = np.random.default_rng(seed)
        call = Call({"x": rng.normal(size=(3, 5, 5, 2))}, options={"construct": [4, 3]})
        inputs = KERAS_MODEL.complete(session, Subject("Reference"), call, rng)
        upstream = rng.normal(size=(3, 3)).astype(np.float32) if backward else None
        call = Call(inputs, upstream, options=options)
        run = KERAS_MODEL.backward if backward else KERAS_MODEL.forward
        (answer,) = run(session, Subject(name), [call])
        return answer

    return ask


def close(answer, expected):
    np.testing.assert_allclose(answer, expected, rtol=1e-4, atol=1e-5)


class TestForward:
    @pytest.mark.parametrize("mode", ["train", "eval"])
    @pytest.mark.parametrize("name", ["Other", "functional"])
    def test_the_style_does_not_matter(self, asked, name, mode):
        close(asked(name, mode=mode).outputs["out"], asked("Reference", mode=mode).outputs["out"])

    def test_the_modes_differ_and_other_wiring_shows(self, asked):
        trained, evaluated = (asked("Reference", mode=m).outputs["out"] for m in ("train", "eval"))
        assert np.abs(trained - evaluated).max() > 1e-3
        assert np.abs(asked("NoRelu", mode="eval").outputs["out"] - evaluated).max() > 1e-3

    def test_without_a_mode_the_model_has_its_own(self, asked):
        close(asked("Reference").outputs["out"], asked("Reference", mode="eval").outputs["out"])

    def test_a_list_among_the_arguments_is_a_shape(self, asked):
        by_position = asked("tells_shape", construct=[[5, 5, 2], 3])
        close(by_position.outputs["out"], asked("Reference").outputs["out"])
        by_name = asked("tells_shape", construct={"shape": [5, 5, 2], "classes": 3})
        close(by_name.outputs["out"], by_position.outputs["out"])

    def test_everything_is_in_single_precision(self, asked):
        assert asked("Reference").outputs["out"].dtype == np.float32


class TestBackward:
    def test_the_style_does_not_matter(self, asked):
        expected = asked("Reference", backward=True, mode="train")
        for name in ("Other", "functional"):
            answer = asked(name, backward=True, mode="train")
            assert set(answer.gradients) == set(expected.gradients)
            for group, gradient in expected.gradients.items():
                close(answer.gradients[group], gradient)

    def test_gradients_are_those_of_every_parameter_and_of_the_input(self, asked):
        answer = asked("Reference", backward=True)
        assert set(answer.gradients) == {
            *("x", "weight 3x3x2x4", "bias 4", "scale 4", "shift 4", "weight 100x3", "bias 3"),
        }
        assert all(np.abs(each).max() > 0 for each in answer.gradients.values())

    def test_a_parameter_that_no_gradient_reaches_is_named(self, asked):
        fault = asked("Stopped", backward=True)
        assert "No gradient reaches" in fault.message
        assert "conv2d" in fault.message
        assert fault.hint.startswith("Use every layer in call")

    def test_an_output_of_another_shape_has_no_gradients(self, asked):
        answer = asked("Reference", backward=True)
        assert answer.outputs["out"].shape == (3, 3)


class TestFaults:
    def test_layers_of_other_sizes_are_told(self, asked):
        fault = asked("Wide")
        assert fault.message.startswith(
            "Wide is not built of the layers that the assignment asks for: it has no "
        )
        assert "'weight of shape (3, 3, 2, 4)'" in fault.message
        assert "belong nowhere" in fault.message
        assert "(3, 3, 2, 5)" in fault.message
        assert fault.hint.startswith("Compare your layers' sizes")

    @pytest.mark.parametrize("name", ["NotAModel", "nothing"])
    def test_what_is_no_model_is_told(self, asked, name):
        fault = asked(name)
        assert fault.message == f"{name} made something that is not a tf.keras.Model."
        assert fault.hint.startswith("Derive the class from tf.keras.Model")

    def test_what_the_process_says_is_not_trusted(self, asked, in_process, nets, monkeypatch):
        real = Replies.value

        def says(self, slot):
            value = real(self, slot)
            return "something else" if isinstance(value, dict) else value

        call = Call({"x": np.ones((1, 5, 5, 2), np.float32)}, options={"construct": [4, 3]})
        with monkeypatch.context() as patch:
            patch.setattr(Replies, "value", says)
            for options in ({}, {"ask": "shapes"}):
                asked_call = Call(call.inputs, options={**call.options, **options})
                session = in_process(nets)
                (fault,) = KERAS_MODEL.forward(session, Subject("Reference"), [asked_call])
                assert fault.message == (
                    "The hand-in's process described one value and sent another."
                )

    def test_a_reference_that_cannot_be_made_is_a_fault_of_ours(self, in_process, nets):
        call = Call({"x": np.ones((1, 5, 5, 2))}, options={"construct": [1, 2, 3, 4]})
        with pytest.raises(ValueError, match="Reference could not be constructed: it raised"):
            KERAS_MODEL.complete(
                in_process(nets), Subject("Reference"), call, np.random.default_rng(0)
            )


class TestParts:
    def test_their_number_by_role_and_shape(self, asked):
        assert asked("Other", ask="shapes").outputs == {
            **{"weight 3x3x2x4": 1, "bias 4": 1, "scale 4": 1, "shift 4": 1},
            **{"running_mean 4": 1, "running_var 4": 1, "weight 100x3": 1, "bias 3": 1},
        }

    def test_their_values_as_constructed(self, asked):
        values = asked("Reference", ask="params").outputs
        assert values["scale 4"].tolist() == [[1, 1, 1, 1]]
        assert values["weight 100x3"].shape == (1, 100, 3)

    def test_how_far_they_spread(self, asked):
        fault = asked("Reference", spread=True)  # these weights are too small to tell
        assert "there is no weight with two axes or more" in fault.message
        fault = asked("Reference", spread=True, construct=[4, 40])  # Keras's own are uniform
        assert "the numbers of weight of shape (100, 40) are uniform" in fault.message

    def test_no_numbers_are_drawn_where_they_are_not_set(self, in_process, nets):
        call = Call({"x": np.ones(3)}, options={"spread": True})
        inputs = KERAS_MODEL.complete(in_process(nets), Subject("Reference"), call, None)
        assert list(inputs) == ["x"]
        assert inputs["x"].dtype == np.float32


@pytest.mark.parametrize(
    ("group", "mean", "deviation"),
    [("weight 20x50x80", 0, (2 / 1000) ** 0.5), ("scale 9000", 1, 0.2887), ("bias 9000", 0, 0.3)],
)
def test_what_is_drawn_keeps_numbers_near_1(group, mean, deviation):
    drawn = draw(group, np.random.default_rng(0), out_last=True)
    assert drawn.mean() == pytest.approx(mean, abs=0.02)
    assert drawn.std() == pytest.approx(deviation, rel=0.05)


def test_a_group_in_words():
    assert in_words("weight 5x5x3x12") == "weight of shape (5, 5, 3, 12)"
    assert in_words("running_var 7") == "running variance of a normalization of shape (7)"
