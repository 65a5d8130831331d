"""Conducts one training, epoch by epoch: the clock, the metric and the decision to stop are here.

The worker holds the network and its loop. It is told how far to go, and answers with what it
makes of inputs whose labels it has not seen; between two programs it stands still.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from grader.checks.judging import as_array, describe_value
from grader.checks.question import Question
from grader.checks.trained import Look, Trained, standard_error, told_apart
from grader.checks.training_data import Examples, TrainingData
from grader.checks.training_settings import Setting, TrainingParams
from grader.checks.training_sources import Doubt, doubt_of
from grader.closeness import Array
from grader.conventions.reading import malformed
from grader.plain_text import quote_if_odd
from grader.worker.inside.wire import Opaque
from grader.worker.lender import kept_number
from grader.worker.program import Fault, FaultKind, Program

LOOKS: Final = 10  # at the validation examples, in one training of ours
SURE: Final = 3.0  # standard errors
MARGIN: Final = 0.02  # that held-out examples may fall short of validation
HOPELESS_FROM: Final = 0.5  # of the budget: a network that has learned nothing is given up
FALLS: Final = 0.98  # of the first loss; what is not below this has not fallen
CHUNK: Final = 2000  # examples of one prediction
PREDICTING_S: Final = 30.0  # that all predictions may take beside the time of a training
# Looks at one training: rounding makes fourteen of ten at most, and without an end to them a
# worker that says each time that it has not come further would be asked for ever.
MOST_LOOKS: Final = 4 * LOOKS


@dataclass(slots=True)
class Conduct:
    """Conducts the trainings of one check.

    Attributes:
        tell: is told of every look.
        clock: seconds.
    """

    question: Question
    setting: Setting
    clock: Callable[[], float]
    tell: Callable[[Look], None]
    _looks: list[Look] = field(default_factory=list)
    _spent_s: float = 0.0
    _predicting_s: float = 0.0
    _unclear: bool = False
    _strange: float = 0.0

    def train(self, data: TrainingData, seed: int) -> Trained | Fault | Doubt:
        """Trains a new network once.

        Args:
            data: what on, and what it is judged by.
            seed: of the worker's random numbers.
        """
        self._looks, self._spent_s, self._predicting_s, self._unclear = [], 0.0, 0.0, False
        self._strange = 0.0
        begun = self._begin(data, seed)
        if isinstance(begun, Fault):
            return begun
        number, before = begun
        ended = ""
        while not ended:
            looked = self._advance(number, data.validation)
            if isinstance(looked, Fault):
                return self._left_behind(number, data, looked)
            ended = self._reason_to_end(data)
            if not ended and len(self._looks) == MOST_LOOKS:
                return malformed()
        parameters, frozen, first = self._look_back(number, data.validation)
        accuracy = self._judge(number, data.held_out)
        if isinstance(accuracy, Fault):
            return accuracy
        return Trained(
            accuracy=accuracy,
            looks=tuple(self._looks),
            before=first if before is None else before,
            unclear=self._unclear,
            ended="" if ended == _DONE else ended,
            parameters=parameters,
            wall_s=self._spent_s,
            frozen=frozen,
            strange=self._strange,
        )

    def _left_behind(
        self, number: int, data: TrainingData, fault: Fault
    ) -> Trained | Fault | Doubt:
        """Measures what a script had trained when it raised, as in a plot at its end."""
        params: TrainingParams = self.question.params
        if not params.loop.looks_back or fault.kind is not FaultKind.RAISED:
            return fault
        program = Program()
        run = program.kept(number)
        asked = program.export(program.call(program.attribute(run, "sources")))
        unclear = program.export(program.call(program.attribute(run, "is_unclear")))
        replies = self.question.student.run(program)
        doubt = doubt_of(self.question.subject, self.setting, replies.value(asked), fault)
        if doubt is not None:
            return doubt
        parameters, frozen, before = self._look_back(number, data.validation)
        accuracy = self._judge(number, data.held_out)
        if isinstance(accuracy, Fault) or not self.setting.curve.credit(accuracy):
            return fault
        return Trained(
            accuracy=accuracy,
            looks=(Look(1.0, self._spent_s, None, None),),
            before=before,
            unclear=replies.value(unclear) is True,
            ended="",
            parameters=parameters,
            wall_s=self._spent_s,
            frozen=frozen,
            raised=fault.message,
        )

    def _begin(self, data: TrainingData, seed: int) -> tuple[int, float | None] | Fault:
        """Sets the stage; returns the run's number, and what was known before."""
        params: TrainingParams = self.question.params
        loop, machine = params.loop, self.question.machine
        program = Program()
        program.seed(seed)
        options = dict(self.setting.options)
        parts = {name: program.resolve(str(options[name])) for name in loop.paths}
        given = {
            "inputs": data.train.inputs,
            "labels": data.train.labels,
            "validation_inputs": data.validation.inputs,
            "validation_labels": data.validation.labels,
            "classes": data.classes,
            "epochs": self.setting.epochs,
            "on": self.setting.on,
            "device": machine.device,
            "threads": machine.threads,
            "seed": seed,
            "compares": bool(self.setting.frozen),
        }
        stage = program.call(program.driver(f"{loop.driver}.stage"), (given, options, parts))
        subject = program.resolve(self.question.subject)
        run = program.call(program.driver(f"{loop.driver}.begin"), (stage, subject))
        kept = program.lend(run)
        predicted = program.call(program.attribute(run, "predict"), (data.validation.inputs,))
        scores = program.export(predicted)
        replies = self.question.student.run(program)
        for slot in (*parts.values(), stage, subject, run):
            fault = replies.fault(slot)
            if fault is not None:
                return _out_of_memory(fault, self.setting) or fault
        number = _number(replies.value(kept))
        if number is None:
            return malformed()
        first = replies.value(scores)
        if first is None or not len(data.validation):  # a script has no network yet
            return number, None
        if isinstance(first, np.ndarray) and first.ndim == 2:
            first = first[:, : data.classes]  # a head that is wider tells more apart by chance
        looked = first if isinstance(first, Fault) else self._classes(first, len(data.validation))
        if isinstance(looked, Fault):
            return _out_of_memory(looked, self.setting) or looked
        return number, told_apart(looked, data.validation.labels)

    def _look_back(self, number: int, validation: Examples) -> tuple[int, int | None, float | None]:
        """Asks how much is learned and was left alone, and a script for its first scores."""
        params: TrainingParams = self.question.params
        program = Program()
        run = program.kept(number)
        count = program.export(program.call(program.attribute(run, "parameters")))
        kept = None
        if self.setting.frozen:
            kept = program.export(program.call(program.attribute(run, "frozen")))
        first = None
        if params.loop.looks_back and len(validation):
            initial = program.call(program.attribute(run, "initial"), (validation.inputs,))
            first = program.export(initial)
        replies = self.question.student.run(program)
        parameters = replies.value(count)
        classes: Array | Fault | None = None
        if first is not None:
            scores = replies.value(first)
            classes = (
                scores if isinstance(scores, Fault) else self._classes(scores, len(validation))
            )
        known = None if classes is None or isinstance(classes, Fault) else classes
        before = None if known is None else told_apart(known, validation.labels)
        frozen = None if kept is None else replies.value(kept)
        return (
            parameters if type(parameters) is int else 0,
            frozen if type(frozen) is int else None,
            before,
        )

    def _advance(self, number: int, validation: Examples) -> Look | Fault:
        program = Program()
        run = program.kept(number)
        left_s = max(0.0, self.setting.wall_s - self._spent_s)
        report = program.call(program.attribute(run, "advance"), (1 / LOOKS, left_s))
        said = program.export(report)
        begun_s = self.clock()
        replies = self.question.student.run(program)
        self._spent_s += self.clock() - begun_s
        fault = replies.fault(report)
        if fault is not None:
            return _out_of_memory(fault, self.setting) or fault
        match replies.value(said):
            case {"share": float() as share, **others} if 0 <= share <= 1:
                loss = others.get("loss")
                self._unclear = self._unclear or others.get("unclear") is True
                accuracy = self._judge(number, validation) if len(validation) else None
                if isinstance(accuracy, Fault):
                    return accuracy
                look = Look(share, self._spent_s, loss if type(loss) is float else None, accuracy)
            case _:
                return malformed()
        self._looks.append(look)
        self.tell(look)
        return look

    def _judge(self, number: int, examples: Examples) -> float | Fault:
        """Has the network predict, and compares on our side."""
        right = strange = 0.0
        for begin in range(0, len(examples), CHUNK):
            part = Examples(
                examples.inputs[begin : begin + CHUNK], examples.labels[begin : begin + CHUNK]
            )
            program = Program()
            slot = program.call(program.attribute(program.kept(number), "predict"), (part.inputs,))
            exported = program.export(slot)
            begun_s = self.clock()
            replies = self.question.student.run(program)
            self._predicting_s += self.clock() - begun_s
            fault = replies.fault(slot) or self._too_slow()
            if fault is not None:
                return _out_of_memory(fault, self.setting) or fault
            classes = self._classes(replies.value(exported), len(part))
            if isinstance(classes, Fault):
                return classes
            right += int(np.sum(classes == part.labels))
            strange += int(np.sum(classes < 0))
        self._strange = strange / len(examples)
        return right / len(examples)

    def _too_slow(self) -> Fault | None:
        """Keeps predictions from becoming another training."""
        if self._predicting_s <= self.setting.wall_s + PREDICTING_S:
            return None
        wall_s = self.setting.wall_s
        return Fault(
            FaultKind.TIMED_OUT,
            f"The network of {self.question.subject} took {self._predicting_s:.0f} s to predict; "
            f"at most {wall_s + PREDICTING_S:g} s are allowed, the {wall_s:g} of its training and "
            f"{PREDICTING_S:g} more.",
            "Only compute the scores in forward.",
        )

    def _classes(self, scores: Any, rows: int) -> Array | Fault:
        """Returns the class of the largest score of each row; -1 where there is none."""
        array = as_array(scores)
        of_floats = array is not None and array.dtype.kind == "f" and array.ndim == 2
        if array is None or not of_floats or array.shape != (rows, max(1, array.shape[1])):
            return Fault(
                FaultKind.MALFORMED,
                f"The network of {self.question.subject} was asked to predict {rows} examples and "
                f"gave {describe_value(scores)}; expected a score for each example and class, an "
                f"array of shape ({rows}, classes).",
                "Return the scores of all classes for every row of the batch.",
            )
        # The maximum of a row with NaN is NaN; minus infinity, as of log(0), beats nothing.
        found: Array = np.where(np.isfinite(array.max(axis=1)), array.argmax(axis=1), -1)
        return found

    def _reason_to_end(self, data: TrainingData) -> str:
        """Says why training ends here; empty where it goes on."""
        look, setting = self._looks[-1], self.setting
        if look.loss is not None and not math.isfinite(look.loss):
            return f"the training loss became {look.loss}"
        if look.share >= 1:
            return _DONE
        if self._spent_s >= setting.wall_s:
            return f"its {setting.wall_s:g} s were over after {look.share:.0%} of the planned steps"
        if look.accuracy is None or setting.on == "train":
            return ""
        noise = standard_error(look.accuracy, len(data.validation))
        if look.accuracy - SURE * noise - MARGIN > setting.curve.full_from:
            return "the accuracy for full credit was reached with a margin"
        if look.share >= HOPELESS_FROM and self._is_hopeless(look.accuracy, data):
            return "half of the budget was used, and the network does no better than chance"
        return ""

    def _is_hopeless(self, accuracy: float, data: TrainingData) -> bool:
        """Tells whether nothing was learned: neither by the accuracy nor by the losses."""
        losses = [look.loss for look in self._looks if look.loss is not None]
        falls = len(losses) > 1 and losses[-1] < FALLS * losses[0]
        at_most = data.chance + standard_error(data.chance, len(data.validation))
        return not falls and accuracy < at_most < self.setting.curve.none_below


_DONE: Final = "it is done"


def _number(value: Any) -> int | None:
    return kept_number(value.type_name) if isinstance(value, Opaque) else None


def _out_of_memory(fault: Fault, setting: Setting) -> Fault | None:
    """Words a fault that says that there was no memory left, with both numbers."""
    if not (
        "OutOfMemory" in fault.exception
        or fault.exception == "MemoryError"
        or "can't allocate memory" in fault.said
        or "out of memory" in fault.said
    ):
        return None
    needs = f" ({quote_if_odd(fault.said, 160)})" if fault.said else ""
    return Fault(
        FaultKind.RAISED,
        f"ran out of memory in training{needs}; {setting.memory_mib:,} MiB are allowed.",
        "Use a smaller network, and do not keep the graphs of earlier steps.",
        fault.place,
        exception=fault.exception,
    )
