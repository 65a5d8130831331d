"""The TensorFlow reference against the reference's own NumPy layers, and values by hand."""

import math
import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_HOME", "/dev/null/keras")  # Keras writes its settings at import
tf = pytest.importorskip("tensorflow")

from reference.handins.umass_ece697ls_a1_tensorflow.tensorflow_part import (  # noqa: E402  # needs it
    q5_tensorflow as q5,
)
from reference.layers.convolution import convolution_forward  # noqa: E402  # as above

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def rng():
    return np.random.default_rng(697)


def drawn(rng, *shapes):
    return [tf.constant(rng.normal(size=shape)) for shape in shapes]


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def test_two_layers_by_hand():
    x = tf.constant([[[1.0], [2.0]], [[3.0], [-4.0]]])
    w1, w2 = tf.constant([[1.0, -1.0], [1.0, 0.0]]), tf.constant([[2.0], [5.0]])
    # Hidden: ReLU([3, -1]) and ReLU([-1, -3]).
    assert q5.two_layer_fc(x, [w1, w2]).numpy().tolist() == [[6.0], [0.0]]


@pytest.mark.parametrize(("first", "second"), [(5, 3), (3, 5)])
def test_three_layers_are_the_numpy_layers_with_the_channels_last(rng, first, second):
    size = 6 + 4 - first + 1 + 2 - second + 1
    shapes = [(first, first, 3, 4), (4,), (second, second, 4, 2), (2,), (size**2 * 2, 5), (5,)]
    (x, *params) = drawn(rng, (2, 6, 6, 3), *shapes)
    ours = q5.three_layer_convnet(x, params).numpy()
    h = x.numpy().transpose(0, 3, 1, 2)
    for at, pad in ((0, 2), (2, 1)):
        w, b = params[at].numpy().transpose(3, 2, 0, 1), params[at + 1].numpy()
        h = np.maximum(convolution_forward(h, w, b, stride=1, pad=pad)[0], 0)
    flat = h.transpose(0, 2, 3, 1).reshape(2, -1)
    np.testing.assert_allclose(ours, flat @ params[4].numpy() + params[5].numpy(), rtol=1e-10)


def test_a_step_follows_the_gradient_taken_by_differences(rng):
    x, w1, w2 = drawn(rng, (6, 2, 3), (6, 5), (5, 4))
    y = rng.integers(0, 4, 6).astype(np.int32)
    params = [tf.Variable(w1), tf.Variable(w2)]
    loss = q5.training_step(q5.two_layer_fc, x, y, params, 0.5)

    def loss_at(w):
        p = softmax(q5.two_layer_fc(x, [w, w2]).numpy())
        return -np.log(p[np.arange(6), y]).mean()

    assert float(loss) == pytest.approx(loss_at(w1), rel=1e-10)
    for at in ((0, 0), (3, 2), (5, 4)):
        step = np.zeros((6, 5))
        step[at] = 1e-6
        slope = (loss_at(w1 + step) - loss_at(w1 - step)) / 2e-6
        assert params[0].numpy()[at] == pytest.approx(w1.numpy()[at] - 0.5 * slope, abs=1e-8)


def test_the_accuracy_is_over_all_batches(capsys):
    dset = [(np.eye(3), np.array([0, 1, 1])), (np.eye(3)[:1], np.array([0]))]
    q5.check_accuracy(dset, None, lambda x, params: tf.constant(x), [])
    assert capsys.readouterr().out == "Got 3 / 4 correct (75.00%)\n"


@pytest.mark.parametrize(("shape", "fan_in"), [((300, 100), 300), ((5, 5, 8, 100), 200)])
def test_initial_weights_have_the_deviation_of_he(shape, fan_in):
    tf.random.set_seed(0)
    made = q5.create_matrix_with_kaiming_normal(shape).numpy()
    assert made.shape == shape
    assert made.std() == pytest.approx(math.sqrt(2 / fan_in), rel=0.03)


def test_initial_parameters_fit_the_networks():
    x = tf.zeros((2, 32, 32, 3))
    fc, convnet = q5.two_layer_fc_init(), q5.three_layer_convnet_init()
    assert all(isinstance(each, tf.Variable) for each in (*fc, *convnet))
    assert q5.two_layer_fc(x, fc).shape == (2, 6)
    assert q5.three_layer_convnet(x, convnet).shape == (2, 6)
    assert [tuple(each.shape) for each in convnet[::2]] == [
        *((5, 5, 3, 32), (3, 3, 32, 16), (16384, 6)),
    ]


@pytest.mark.parametrize(
    "make",
    [lambda: q5.TwoLayerFC(7, 4), lambda: q5.two_layer_fc_functional((3, 3, 2), 7, 4)],
)
def test_models_of_two_layers_give_the_softmax_of_the_bare_scores(rng, make):
    model = make()
    x = rng.normal(size=(5, 3, 3, 2)).astype(np.float32)
    found = model(x).numpy()
    w1, b1, w2, b2 = [weight.numpy() for weight in model.weights]
    hidden = np.maximum(x.reshape(5, -1) @ w1 + b1, 0)
    np.testing.assert_allclose(found, softmax(hidden @ w2 + b2), rtol=1e-4)


def test_convolutional_models_give_the_softmax_of_the_bare_scores(rng):
    for model, size in ((q5.ThreeLayerConvNet(4, 3, 5), 8), (q5.make_sequential_convnet(), 32)):
        x = tf.constant(rng.normal(size=(2, size, size, 3)), dtype=tf.float32)
        found = model(x).numpy()
        scores = q5.three_layer_convnet(x, [each.value for each in model.weights]).numpy()
        np.testing.assert_allclose(found, softmax(scores), rtol=1e-4, atol=1e-6)


def test_the_optimizer_has_the_momentum_of_nesterov():
    optimizer = q5.make_sequential_optimizer()
    assert (optimizer.momentum, optimizer.nesterov) == (0.9, True)
