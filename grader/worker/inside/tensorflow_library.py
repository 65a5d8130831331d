"""TensorFlow in a worker: loaded once in the zygote, on one thread, and read as NumPy's arrays.

It starts its threads when it first computes, which no zygote does: every worker, which is a fork,
makes them for itself.
"""

from __future__ import annotations

import os
from typing import Any, Final

_SETTINGS: Final = {
    "CUDA_VISIBLE_DEVICES": "-1",  # looking for a GPU takes time, and writes to stderr
    "KERAS_BACKEND": "tensorflow",
    "KERAS_HOME": "/dev/null/keras",  # a place where no settings are read, and none written
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # the order of a sum must not depend on the machine
}
os.environ.update(_SETTINGS)  # all of them are read during the import

import tensorflow as tf  # noqa: E402  # as the line above says
from tensorflow.python.framework import kernels  # noqa: E402  # as above

from .foreign import Library  # noqa: E402  # as above

# Bound now: a hand-in may overwrite TensorFlow's own names.
_tensor, _variable, _cast = tf.Tensor, tf.Variable, tf.cast
_keras_variable = tf.keras.Variable
_seed, _bfloat16, _float32 = tf.random.set_seed, tf.bfloat16, tf.float32


def load() -> Library:
    """Sets TensorFlow up for processes that are forked, and says how its tensors are read."""
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    # What a hand-in compiles computes what it does without. To compile would take longer, AutoGraph
    # needs sources that lie in files, and Keras would keep the values that weights begin with.
    tf.config.run_functions_eagerly(True)
    # The first look at the list of kernels reads /proc, which a worker cannot, and dies over it.
    kernels.get_registered_kernels_for_op("MatMul")
    arrays = (_tensor, _variable, _keras_variable)
    return Library(arrays, to_numpy, seed, str(tf.__version__), modules=("keras",))


def to_numpy(tensor: Any) -> Any:
    """Returns the numbers of a tensor or a variable; `None` for a symbol, which has none."""
    if isinstance(tensor, _keras_variable):
        tensor = tensor.value
    if not hasattr(tensor, "numpy"):
        return None
    return (_cast(tensor, _float32) if tensor.dtype == _bfloat16 else tensor).numpy()


def seed(value: int) -> None:
    """Sets the global generator."""
    _seed(value)
