"""TensorFlow in real workers: loaded before they are confined; its threads begin in each worker."""

from collections.abc import Iterator

import numpy as np
import pytest

from grader.isolation import self_test_targets
from grader.records import Limits
from grader.worker import sandbox
from grader.worker.host import Host
from grader.worker.program import Program
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

pytestmark = pytest.mark.tensorflow

SOURCE = b"""
import os
import keras
import numpy as np
import tensorflow as tf
from tensorflow import keras as from_tensorflow
from tensorflow.keras import layers

def names():
    return [from_tensorflow.Model is keras.Model, layers.Dense is keras.layers.Dense]

def settings():
    threads = tf.config.threading
    return [
        threads.get_inter_op_parallelism_threads(), threads.get_intra_op_parallelism_threads(),
        len(tf.config.list_physical_devices("GPU")), keras.backend.backend(),
    ]

def draw():
    he_normal = keras.initializers.HeNormal()
    return [tf.random.normal((3,)), keras.random.normal((3,)), he_normal((3, 1))]

def of_every_type():
    numbers = tf.constant([1.0, 2.0])
    return [
        numbers, tf.cast(numbers, tf.bfloat16), numbers > 1, tf.constant(3), tf.Variable(numbers),
        keras.Variable([2.0, 4.0]),
    ]

def of_no_numbers():
    return [keras.Input((3,)), tf.ragged.constant([[1], [2, 3]])]

def train():
    keras.utils.set_random_seed(0)
    x = np.random.randn(64, 3).astype("float32")
    y = (x.sum(1) > 0).astype("int32")
    net = keras.Sequential([layers.Dense(8, "relu"), layers.Dense(2, "softmax")])
    net.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
    losses = net.fit(x, y, batch_size=16, epochs=15, verbose=0).history["loss"]
    net.save_weights("net.weights.h5")
    net.load_weights("net.weights.h5")
    return [losses[0], losses[-1]]

@tf.function
def doubled(x):
    if tf.reduce_sum(x) > 0:
        return 2 * x
    return x

def compiled():
    return doubled(tf.ones(3))

def batches():
    data = tf.data.Dataset.from_tensor_slices(np.arange(10)).batch(4).prefetch(tf.data.AUTOTUNE)
    return [batch.numpy().tolist() for batch in data]

def convolve():
    return tf.nn.conv2d(tf.ones((1, 4, 4, 1)), tf.ones((3, 3, 1, 1)), 1, "SAME")[0, :, :, 0]
"""


@pytest.fixture(scope="module", params=[True, False], ids=["bubblewrap", "without"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    pytest.importorskip("tensorflow")
    with WorkerService(wrapped=request.param) as plain:
        service = plain.for_library("tensorflow")
        running = service.host()
        if request.param and service.unwrapped_because:
            pytest.skip(f"no bubblewrap: {service.unwrapped_because}")
        running.load("handin", {"net.py": SOURCE}, {})()
        yield running
        running.close()


@pytest.fixture
def call(host):
    def run(name):
        session = WorkerSession(host, Setup("handin", ("hw",)))
        session.begin_group(Limits(60, 4096))
        program = Program()
        called = program.call(program.resolve(f"net.{name}"))
        exported = program.export(called)
        replies = session.run(program)
        session.close()
        assert replies.fault(called) is None
        return replies.value(exported)

    return run


def test_keras_is_the_real_one_under_every_name(call):
    assert call("names") == [True, True]


def test_one_thread_for_each_kind_of_work_and_no_gpu(call):
    assert call("settings") == [1, 1, 0, "tensorflow"]


def test_the_same_seed_gives_the_same_numbers_in_every_worker(call):
    for first, second in zip(call("draw"), call("draw"), strict=True):
        assert first.size == 3
        np.testing.assert_array_equal(first, second)


def test_tensors_of_every_type_come_back_as_arrays(call):
    values = call("of_every_type")
    assert [value.tolist() for value in values] == [
        *([1, 2], [1, 2], [False, True], 3, [1, 2], [2, 4]),
    ]
    assert [value.dtype.name for value in values] == [
        *("float32", "float32", "bool", "int32", "float32", "float32"),
    ]


def test_what_has_no_numbers_is_named(call):
    symbol, ragged = call("of_no_numbers")
    assert (symbol.type_name, ragged.type_name) == ("KerasTensor", "RaggedTensor")


def test_keras_trains_and_a_state_is_kept(call):
    first, last = call("train")
    assert last < 0.7 * first


def test_what_is_compiled_runs_as_it_is(call):
    assert call("compiled").tolist() == [2, 2, 2]


def test_data_sets_are_read_in_the_worker(call):
    assert call("batches") == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_a_convolution_by_hand(call):
    assert call("convolve").tolist() == [[4, 6, 6, 4], [6, 9, 9, 6], [6, 9, 9, 6], [4, 6, 6, 4]]


def test_threads_can_be_started_while_the_self_test_takes_all_that_it_gets(host, call):
    tries = WorkerSession(host, Setup("nothing", ()))
    finish = tries.begin_self_test(self_test_targets())
    try:
        assert call("compiled").tolist() == [2, 2, 2]
    finally:
        trust = sandbox.trust(*finish())
    assert trust.allowed == ()
    assert trust.isolated
