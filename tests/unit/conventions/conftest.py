"""TensorFlow for tests of conventions, without a worker of its own."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def tensorflow() -> Iterator[Any]:
    """TensorFlow, with its drivers and tensors known to the worker that runs in this process."""
    # It sets TensorFlow up before the import, so that Keras writes nothing into the home folder.
    name = "grader.worker.inside.tensorflow_library"
    tensorflow_library = pytest.importorskip(name, reason="needs TensorFlow")
    from grader.worker.inside import drivers, foreign

    library = tensorflow_library.tf
    read = (tensorflow_library.to_numpy, tensorflow_library.seed, library.__version__)
    arrays = (library.Tensor, library.Variable, library.keras.Variable)
    foreign._LOADED.append(foreign.Library(arrays, *read))
    drivers.load("tensorflow")
    yield library
    foreign._LOADED.pop()
