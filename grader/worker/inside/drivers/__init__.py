"""Functions of ours that run inside the worker, for what no short list of operations can say.

A driver looks at the hand-in's objects, sets them up and runs them; it judges nothing, and what it
returns is exported as everything else. Conventions name a driver `module.function`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Final

# By the library that they need. All are imported in the zygote: a worker can read no file of ours.
MODULES: Final = {
    "": (
        *("dict_modules", "elementwise", "layer_objects", "lent_modules"),
        *("network_questions", "opcodes", "script_training", "served_images", "solver_training"),
    ),
    "documents": (),
    "tensorflow": (
        *("keras_models", "keras_optimizers", "keras_stacks"),
        *("tensorflow_functions", "tensorflow_tensors", "tensorflow_training"),
    ),
    "torch": (
        *("torch_conduct", "torch_functions", "torch_modules", "torch_tensors"),
        *("torch_classifiers", "torch_blocks", "torch_epochs", "torch_pruning", "torch_weights"),
        *("torch_acceleration", "torch_batches", "torch_fitting", "torch_loaders"),
        *("torch_finder", "torch_graph", "torch_leftovers", "torch_open_classifiers"),
        *("torch_beginnings", "torch_recipes", "torch_stacks"),
        *("classifier_training", "epoch_training", "function_training", "trainer_training"),
    ),
}
_loaded: dict[str, Any] = {}
# Whether a hand-in's code runs in this process; set by the worker, false for the course's own.
handin_runs = False


def load(library: str) -> None:
    """Imports the drivers that run without a library, and those for one."""
    for name in {*MODULES[""], *MODULES[library]}:
        _loaded[name] = importlib.import_module(f"{__name__}.{name}")


def has(module: str) -> bool:
    """Says whether a module of drivers is loaded here."""
    return module in _loaded


def find(name: str) -> Callable[..., Any]:
    """Returns a driver by its name.

    Raises:
        KeyError: there is no such module here.
        AttributeError: it has no such function.
    """
    module, _, function = name.partition(".")
    return getattr(_loaded[module], function)  # type: ignore[no-any-return]
