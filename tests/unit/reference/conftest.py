"""What the tests of the reference share: the hand-in as a package, and NumPy's global state."""

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
HANDIN = "umass_ece697ls_a1/ece662"


@pytest.fixture(scope="session")
def import_from(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ModuleType]]:
    """Import a module of the hand-in, laid over the modules that students are given."""
    folder = tmp_path_factory.mktemp("handin")
    package = folder / "reference_ece662"
    shutil.copytree(ROOT / "student_template" / HANDIN, package)
    shutil.copytree(ROOT / "reference" / "handins" / HANDIN, package, dirs_exist_ok=True)
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"reference_ece662.{name}")
    sys.path.remove(str(folder))


@pytest.fixture
def layers(import_from: Callable[..., ModuleType]) -> ModuleType:
    """The hand-in's layers."""
    return import_from("layers")


@pytest.fixture
def optim(import_from: Callable[..., ModuleType]) -> ModuleType:
    """The hand-in's update rules."""
    return import_from("optim")


@pytest.fixture
def fc_net(import_from: Callable[..., ModuleType]) -> ModuleType:
    """The hand-in's fully connected networks."""
    return import_from("classifiers.fc_net")


@pytest.fixture
def cnn(import_from: Callable[..., ModuleType]) -> ModuleType:
    """The hand-in's convolutional network."""
    return import_from("classifiers.cnn")


@pytest.fixture
def seed_231() -> Iterator[None]:
    """Seed NumPy's global state as the assignment's cells do, and restore it afterwards."""
    state = np.random.get_state()
    np.random.seed(231)
    yield
    np.random.set_state(state)


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers that are the same in every run."""
    return np.random.default_rng(697)
