"""Where, on what and for how long a network is trained: a rubric's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.credit_curve import CreditCurve, read_curve
from grader.checks.training_loops import LOOPS, Loop
from grader.datasets import KNOWN, SYNTHETIC
from grader.machine import Machine
from grader.records import Limits

LEAST_HELD_OUT: Final = 200  # images that a setting may be judged by
GRACE: Final = 1.25  # of the budget, for imports and predictions
GRACE_S: Final = 5.0

CURVE: Final = {
    "description": "Points of metric and credit, joined by straight lines: [[0.6, 0], [0.8, 1]].",
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "array",
        "items": {"type": "number", "minimum": 0, "maximum": 1},
        "minItems": 2,
        "maxItems": 2,
    },
}
_COUNT: Final = {"type": "integer", "minimum": 1}
OPTIONS: Final = {
    "description": "Options of the loop.",
    "type": "object",
    "properties": {
        name: schema for loop in LOOPS.values() for name, schema in loop.properties.items()
    },
    "additionalProperties": False,
}
SETTING: Final[Mapping[str, Any]] = {
    "description": "One way to run the training; the first that the machine can do is used.",
    "type": "object",
    "properties": {
        "data": {
            "description": "Data set; the synthetic one is always there.",
            "enum": [*KNOWN, SYNTHETIC],
        },
        "classes": {"description": "Use only the first so many classes.", **_COUNT},
        "train": {"description": "Examples to train on; all unless given.", **_COUNT},
        "validation": {
            "description": "Training examples that are set apart to watch progress. Default: 1000.",
            "type": "integer",
            "minimum": 0,
        },
        "held_out": {"description": "Test examples to judge by; all unless given.", **_COUNT},
        "device": {"description": "Where it runs. Default: any.", "enum": ["any", "cpu", "cuda"]},
        "epochs": {
            "description": "Passes over the training examples.",
            "type": "number",
            "exclusiveMinimum": 0,
        },
        "wall_s": {
            "description": "Seconds of training, on the grader's clock.",
            "type": "number",
            "exclusiveMinimum": 0,
        },
        "parameters": {"description": "Most numbers that the network may learn.", **_COUNT},
        "frozen": {
            "description": "How many numbers of the network training has to leave as they were, "
            "counted in whole parameters; where several are given, one of them.",
            "type": "array",
            "minItems": 1,
            "items": {"type": "integer", "minimum": 0},
        },
        "memory_mib": {"description": "Memory, in MiB. Default: 6144.", **_COUNT},
        "seeds": {
            "description": "Most trainings, where the first lies within its noise of a step of "
            "the curve. Default: 3.",
            **_COUNT,
        },
        "ceiling": {
            "description": "A metric above this is looked at by a person.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1,
        },
        "curve": CURVE,
        "calibrated": {
            "description": "What the reference reached: mean, standard deviation and number of "
            "trainings; written by `grader rubric audit --calibrate --write`.",
            "type": "object",
            "properties": {
                "mean": {"description": "Mean metric.", "type": "number"},
                "std": {"description": "Its standard deviation.", "type": "number", "minimum": 0},
                "runs": {"description": "Number of trainings.", **_COUNT},
            },
            "required": ["mean", "std", "runs"],
            "additionalProperties": False,
        },
        "options": OPTIONS,
    },
    "required": ["data", "epochs", "wall_s", "curve"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the reference reached in a setting: mean and deviation of the metric over some runs."""

    mean: float
    std: float
    runs: int


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to run a training; see `SETTING` for what each key means.

    Attributes:
        on: whose examples the metric is of: `test`, or `train` where the task is to overfit.
    """

    data: str
    epochs: float
    wall_s: float
    curve: CreditCurve
    options: Mapping[str, Any]
    on: str = "test"
    classes: int = 0
    train: int = 0
    validation: int = 1000
    held_out: int = 0
    device: str = "any"
    parameters: int = 0
    frozen: tuple[int, ...] = ()
    memory_mib: int = 6144
    seeds: int = 3
    ceiling: float = 1.0
    calibrated: Calibration | None = None

    @property
    def limits(self) -> Limits:
        """What the worker may use; the budget itself is kept by the training."""
        return Limits(GRACE * self.wall_s + GRACE_S, self.memory_mib)

    def fits(self, machine: Machine) -> bool:
        """Tells whether a machine has the data and the device."""
        device = {"any": True, "cuda": machine.has_gpu, "cpu": not machine.has_gpu}[self.device]
        return device and self.data in machine.data

    def lacks(self, machine: Machine) -> list[str]:
        """Names what it needs and a machine does not have, for people."""
        says = []
        if self.data not in machine.data:
            says.append(f"the data set {self.data} (`grader data add {self.data} PATH`)")
        if self.device == "cuda" and not machine.has_gpu:
            says.append(f"a GPU ({machine.why_cpu})" if machine.why_cpu else "a GPU")
        return says


@dataclass(frozen=True, slots=True)
class TrainingParams:
    """Parameters of a training check.

    Attributes:
        loop: whose loop trains.
        settings: in the order of preference.
    """

    loop: Loop
    settings: tuple[Setting, ...]

    @property
    def library(self) -> str:
        """What the workers have beside NumPy."""
        return self.loop.library or str(self.settings[0].options.get("library", ""))

    def limits(self, machine: Machine) -> Limits:
        """Returns what the worker may use, also where the GPU turns out to be of no use."""
        chosen = map(self.choose, (machine, machine.on_cpu("")))
        fitting = [each.limits for each in chosen if isinstance(each, Setting)]
        return Limits(
            max(each.wall_s for each in fitting), max(each.memory_mib for each in fitting)
        )

    def choose(self, machine: Machine) -> Setting | str:
        """Returns the setting to use on a machine, or why there is none, for people."""
        if not machine.trains:
            return (
                "Not trained: training takes up to minutes, so it runs only when asked for. Give "
                "--training, or name one with --only."
            )
        fitting = [setting for setting in self.settings if setting.fits(machine)]
        if fitting:
            return fitting[0]
        if any(setting.fits(machine.on_cpu("")) for setting in self.settings):
            return (
                f"Not trained: its time limit is one for the processor, and {machine.device} is "
                "in use. Give --device cpu."
            )
        # Of the setting that lacks least: nobody needs all of them.
        least = min((each.lacks(machine) for each in self.settings), key=len)
        return f"Not trained: this needs {' and '.join(least)}."


def parse(data: Mapping[str, Any]) -> TrainingParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `read_curve`; an option belongs to another loop; a path is missing; or the
            loop cannot tell what stays `frozen`.
    """
    loop = LOOPS[data["loop"]]
    base = data.get("options", {})
    settings = []
    for entry in data["settings"]:
        options = {**base, **entry.get("options", {})}
        foreign = [name for name in options if name not in loop.properties]
        if foreign:
            raise ValueError(
                f"{foreign[0]!r} is not an option of the loop {loop.name}. Its options: "
                f"{', '.join(loop.properties)}."
            )
        missing = [name for name in loop.paths if name not in options]
        if missing:
            raise ValueError(
                f"The loop {loop.name} needs the option {missing[0]}: "
                f"{loop.properties[missing[0]]['description']}"
            )
        if "frozen" in entry and not loop.compares:
            able = ", ".join(name for name, each in LOOPS.items() if each.compares)
            raise ValueError(
                f"The loop {loop.name} cannot tell what training leaves as it was, so it takes no "
                f"`frozen`. Leave it out, or choose a loop that can: {able}."
            )
        own = {key: value for key, value in entry.items() if key not in _CONVERTED}
        calibrated = entry.get("calibrated")
        settings.append(
            Setting(
                **own,
                curve=read_curve(entry["curve"]),
                frozen=tuple(entry.get("frozen", ())),
                options=options,
                on=data.get("on", "test"),
                calibrated=Calibration(**calibrated) if calibrated else None,
            )
        )
    return TrainingParams(loop, tuple(settings))


_CONVERTED: Final = frozenset({"curve", "options", "calibrated", "frozen"})
