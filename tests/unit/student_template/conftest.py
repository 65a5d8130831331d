"""What the tests of the student template share: the template as it is, and filled in."""

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
def template_folder() -> Path:
    """The folder that students receive."""
    return ROOT / "student_template" / HANDIN


@pytest.fixture(scope="session")
def reference_folder() -> Path:
    """The folder of the complete hand-in."""
    return ROOT / "reference" / "handins" / HANDIN


@pytest.fixture(scope="session")
def import_from(
    tmp_path_factory: pytest.TempPathFactory, template_folder: Path, reference_folder: Path
) -> Iterator[Callable[[str], ModuleType]]:
    """Import from `blank`, the template as it is, or `filled`, with the solution laid over it."""
    folder = tmp_path_factory.mktemp("template")
    for name in ("blank", "filled"):
        shutil.copytree(template_folder, folder / f"ece662_{name}")
    shutil.copytree(reference_folder, folder / "ece662_filled", dirs_exist_ok=True)
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"ece662_{name}")
    sys.path.remove(str(folder))


@pytest.fixture
def filled(import_from: Callable[[str], ModuleType]) -> Callable[[str], ModuleType]:
    """Import a module of the filled-in template."""
    return lambda name: import_from(f"filled.{name}")


@pytest.fixture
def blank(import_from: Callable[[str], ModuleType]) -> Callable[[str], ModuleType]:
    """Import a module of the template as it is."""
    return lambda name: import_from(f"blank.{name}")


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers that are the same in every run."""
    return np.random.default_rng(662)


@pytest.fixture
def seed_231() -> Iterator[None]:
    """Seed NumPy's global state as the assignment's cells do, and restore it afterwards."""
    state = np.random.get_state()
    np.random.seed(231)
    yield
    np.random.set_state(state)
