"""The ways to train a hand-in's network: whose loop runs, and what a rubric says about it.

Each is a driver module of the worker with three functions, see `worker.inside.drivers.fitting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from grader.conventions.construction import CONSTRUCT

_PATH: Final = {"type": "string", "minLength": 1}
_NUMBER: Final = {"type": "number", "minimum": 0}
_OPTIMIZER: Final = {
    "description": "The optimizer's name.",
    "enum": ["sgd", "momentum", "rmsprop", "adam", "adamw"],
}
_RATE: Final = {"description": "Learning rate.", "type": "number", "exclusiveMinimum": 0}
_BATCH: Final = {"description": "Examples in a batch.", "type": "integer", "minimum": 1}


@dataclass(frozen=True, slots=True)
class Loop:
    """One way to train.

    Attributes:
        name: as written in a rubric.
        summary: one line for people.
        driver: the driver module.
        library: what the workers need beside NumPy; empty where `library` among the options says.
        properties: JSON-Schema properties of its options.
        paths: names of the options that are dotted paths below the hand-in's root.
        looks_back: whether what the network knew before can only be asked afterwards.
        compares: whether it can tell which weights training has left as they were.
    """

    name: str
    summary: str
    driver: str
    library: str
    properties: Mapping[str, Any]
    paths: tuple[str, ...] = ()
    looks_back: bool = False
    compares: bool = False


_SCRIPT = Loop(
    name="script",
    summary="the hand-in's training script, as `python train_x.py --flags`; the subject is one of "
    "its functions",
    driver="script_training",
    library="",
    properties={
        "flags": {
            "description": "Settings on the script's command line, by name.",
            "type": "object",
            "additionalProperties": {"type": ["string", "number"]},
        },
        "network": {**_PATH, "description": "Dotted path of the class of the trained network."},
        "data_module": {
            **_PATH,
            "description": "Dotted path of the module whose get_cifar10 reads the data.",
        },
        "library": {"description": "What the script needs beside NumPy.", "enum": ["torch"]},
    },
    paths=("network", "data_module"),
    looks_back=True,
)
_TORCH = Loop(
    name="torch_classifier",
    summary="our own loop trains the subject, a class of torch.nn.Module",
    driver="classifier_training",
    library="torch",
    compares=True,
    properties={
        "construct": CONSTRUCT,
        "optimizer": _OPTIMIZER,
        "learning_rate": _RATE,
        "batch": _BATCH,
        "momentum": {"description": "Of SGD.", **_NUMBER},
        "weight_decay": {"description": "Of the optimizer.", **_NUMBER},
        "schedule": {
            "description": "How the learning rate changes.",
            "enum": ["constant", "one_cycle", "cosine"],
        },
        "flip": {"description": "Whether images are mirrored at random.", "type": "boolean"},
        "crop": {
            "description": "Pixels by which images are shifted at random.",
            "type": "integer",
            "minimum": 0,
        },
        "precision": {
            "description": "The coarsest that the network may compute in.",
            "enum": ["float32", "bfloat16", "tf32"],
        },
    },
)
_TRAINER = Loop(
    name="trainer",
    summary="the hand-in's Trainer(batch_size, learning_rate, early_stop_count, epochs, model, "
    "dataloaders) trains the subject",
    driver="trainer_training",
    library="torch",
    properties={
        "construct": CONSTRUCT,
        "trainer": {**_PATH, "description": "Dotted path of the class that trains."},
        "learning_rate": _RATE,
        "batch": _BATCH,
        "early_stop_count": {
            "description": "Validations without progress after which the trainer ends.",
            "type": "integer",
            "minimum": 1,
        },
    },
    paths=("trainer",),
)
_FUNCTION = Loop(
    name="train_function",
    summary="the subject gets three loaders, trains a network of its own, and returns it",
    driver="function_training",
    library="torch",
    properties={"batch": _BATCH},
)
_EPOCH = Loop(
    name="epoch_function",
    summary="a function of the hand-in that trains for an epoch, called once for each",
    driver="epoch_training",
    library="torch",
    properties={
        "network": {**_PATH, "description": "Dotted path of the network's class."},
        "construct": CONSTRUCT,
        "optimizer": _OPTIMIZER,
        "learning_rate": _RATE,
        "momentum": {"description": "Of SGD.", **_NUMBER},
        "batch": _BATCH,
    },
    paths=("network",),
)
_SOLVER = Loop(
    name="solver",
    summary="the course's Solver trains the subject, a class with params and loss(X, y)",
    driver="solver_training",
    library="",
    properties={
        "solver": {**_PATH, "description": "Dotted path of the Solver."},
        "construct": CONSTRUCT,
        "rename": {
            "description": "Other names of constructor arguments, by name.",
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "update_rule": {"description": "The optimizer's function.", **_PATH},
        "optim_config": {
            "description": "Settings of the optimizer, such as learning_rate.",
            "type": "object",
            "additionalProperties": {"type": "number"},
        },
        "learning_rate_decay": {"description": "Factor per epoch.", **_NUMBER},
        "batch": _BATCH,
    },
    paths=("solver",),
)

LOOPS: Final[Mapping[str, Loop]] = MappingProxyType(
    {loop.name: loop for loop in (_SCRIPT, _TORCH, _TRAINER, _FUNCTION, _EPOCH, _SOLVER)}
)
