"""Kind `training`: does the network learn enough, on data that it has not seen, within a budget?

The metric is computed here, from predictions on held-out inputs whose labels never enter the
worker. Where it lies within its own noise of a step of the credit curve, the network is trained
again with other random numbers, and the mean counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from grader.checks.kind import CheckKind
from grader.checks.question import Progress, Question
from grader.checks.trained import Look, Trained
from grader.checks.training_data import TrainingData, prepare
from grader.checks.training_loops import LOOPS
from grader.checks.training_run import Conduct
from grader.checks.training_settings import (
    OPTIONS,
    SETTING,
    Setting,
    TrainingParams,
    parse,
)
from grader.checks.training_sources import Doubt
from grader.checks.training_verdict import Measured, interval
from grader.checks.verdict import fault_finding, result
from grader.errors import RunOutOfTime
from grader.machine import exclusive
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault, Program

STEP: Final = 0.02  # of credit, that repeating is worth
CLOCK: Final = time.monotonic
TRAINING: Final = "training"


def run(question: Question) -> CheckResult:
    """Trains, and judges what came of it."""
    params: TrainingParams = question.params
    chosen = params.choose(question.machine)
    if isinstance(chosen, Setting) and question.machine.has_gpu:
        because = _unreachable(question)
        if because:
            question = question.on_cpu(because)
            chosen = params.choose(question.machine)
    if isinstance(chosen, str):
        spec = question.spec
        return CheckResult(spec.id, spec.kind, Outcome.NOT_RUN_HERE, 0.0, chosen)
    with _device(question):
        return _judged(question, chosen)


@contextmanager
def _device(question: Question) -> Iterator[None]:
    """Holds the device, for which it waits no longer than the run has time.

    Raises:
        RunOutOfTime: another grader held it until then.
    """
    device, deadline = question.machine.device, question.deadline
    with ExitStack() as held:
        if deadline is None:
            held.enter_context(exclusive(device))
        else:
            try:
                held.enter_context(exclusive(device, left_s=lambda: deadline.left_s))
            except TimeoutError as error:
                raise RunOutOfTime(deadline.while_it_ran()) from error
        yield


def _unreachable(question: Question) -> str:
    """Says why the worker cannot use the GPU; empty where it can."""
    if not question.params.library:
        return "NumPy computes on the processor"
    program = Program()
    slot = program.call(
        program.driver("classifier_training.device_name"), (question.machine.device,)
    )
    fault = question.student.run(program).fault(slot)
    if fault is None:
        return ""
    return f"the worker cannot use {question.machine.device}: it {fault.message.rstrip('.')}"


def _judged(question: Question, setting: Setting) -> CheckResult:
    dataset = question.machine.data[setting.data]()
    seeds = question.rng(1).integers(1 << 31, size=setting.seeds).tolist()
    done: list[Trained] = []
    for number, seed in enumerate(seeds):
        if number:
            question.student.end_group()  # its limit of processor time is that of one training
        # Other examples each time: a script that sets its own seed would only repeat itself.
        data = prepare(dataset, setting, question.rng(0, number))
        conduct = Conduct(question, setting, CLOCK, _teller(question, number))
        trained = conduct.train(data, seed)
        if isinstance(trained, Doubt):
            spec, said = question.spec, trained.message
            return CheckResult(spec.id, spec.kind, Outcome.UNJUDGED, 0.0, said, hint=trained.hint)
        if isinstance(trained, Fault):
            return result(question, [fault_finding(question.subject, trained, "", False)])
        done.append(trained)
        if _is_decided(setting, data, done):
            break
    measured = Measured(question, setting, data, tuple(done), tuple(seeds[: len(done)]))
    return measured.result()


def _teller(question: Question, number: int) -> Any:
    def tell(look: Look) -> None:
        accuracy = "" if look.accuracy is None else f" {look.accuracy:.3f}"
        again = f" (training {number + 1})" if number else ""
        question.tell(Progress(question.spec.id, look.share, look.wall_s, f"{accuracy}{again}"))

    return tell


def _is_decided(setting: Setting, data: TrainingData, done: Sequence[Trained]) -> bool:
    """Tells whether another training would not change the credit by much."""
    if setting.on == "train":
        return setting.curve.credit(done[-1].accuracy) == 1
    low, high = interval(setting, data, done)
    return setting.curve.credit(high) - setting.curve.credit(low) < STEP


KIND: Final = CheckKind(
    name=TRAINING,
    summary="a network learns from examples, within a budget, to an accuracy on others",
    properties={
        "loop": {
            "description": "Whose loop trains: "
            + "; ".join(f"{loop.name}, {loop.summary}" for loop in LOOPS.values())
            + ".",
            "enum": list(LOOPS),
        },
        "on": {
            "description": "Which examples the metric is of. Default: test.",
            "enum": ["test", "train"],
        },
        "options": OPTIONS,
        "settings": {
            "description": "Ways to run it, the preferred one first.",
            "type": "array",
            "minItems": 1,
            "items": SETTING,
        },
    },
    required=("loop", "settings"),
    parse=parse,
    run=run,
)
