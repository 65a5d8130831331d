"""What trainings have shown: a metric with its range, credit, and what a person should see."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from grader.checks.question import Question
from grader.checks.trained import Trained, standard_error
from grader.checks.training_data import TrainingData
from grader.checks.training_settings import Setting
from grader.checks.verdict import Finding, finite, result
from grader.records import CheckResult, Outcome

WITHIN: Final = 2.0  # standard errors; about 19 of 20 repetitions lie in between
MOSTLY: Final = 0.5  # of the held-out examples
KNOWN: Final = 0.4  # of the way from chance to all; fresh networks tell less apart by colour
CLOCK: Final = time.monotonic


def interval(setting: Setting, data: TrainingData, done: Sequence[Trained]) -> tuple[float, float]:
    """Returns the range in which the metric would lie in most repetitions.

    Half its width is `WITHIN` standard errors of the mean: of the held-out examples, and of the
    trainings, whose deviation is the measured one or, of a single one, the reference's.
    """
    accuracies = [each.accuracy for each in done]
    mean = float(np.mean(accuracies))
    if len(done) > 1:
        deviation = float(np.std(accuracies, ddof=1))
    else:
        deviation = setting.calibrated.std if setting.calibrated else 0.0
    error = math.hypot(standard_error(mean, len(data.held_out)), deviation / math.sqrt(len(done)))
    return max(0.0, mean - WITHIN * error), min(1.0, mean + WITHIN * error)


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured in one check."""

    question: Question
    setting: Setting
    data: TrainingData
    done: tuple[Trained, ...]
    seeds: tuple[int, ...]

    @property
    def metric(self) -> float:
        """The mean accuracy; of learning by heart the best, which shows that it can be done."""
        accuracies = [each.accuracy for each in self.done]
        return max(accuracies) if self.setting.on == "train" else float(np.mean(accuracies))

    def result(self) -> CheckResult:
        """Judges them."""
        doubt = self._doubt()
        if doubt:
            spec = self.question.spec
            return CheckResult(
                spec.id, spec.kind, Outcome.UNJUDGED, 0.0, doubt, evidence=finite(self._evidence())
            )
        return result(self.question, [self._finding()])

    def _finding(self) -> Finding:
        setting, subject = self.setting, self.question.subject
        parameters = max(each.parameters for each in self.done)
        if setting.parameters and parameters > setting.parameters:
            return Finding(
                "",
                Outcome.FAILED,
                0.0,
                f"The network of {subject} learns {parameters:,} numbers; at most "
                f"{setting.parameters:,} are allowed.",
                "Use fewer units or filters.",
                evidence=self._evidence(),
            )
        wrong = next((each.frozen for each in self.done if not self._keeps(each)), None)
        if wrong is not None:
            expected = " or ".join(f"{count:,}" for count in setting.frozen)
            return Finding(
                "",
                Outcome.FAILED,
                0.0,
                f"Training left {wrong:,} numbers of the network of {subject} as they were; "
                f"expected {expected}.",
                evidence=self._evidence(),
            )
        credit = setting.curve.credit(self.metric)
        message, hint, advice = "", "", self._remarks()
        if credit < 1:
            said = (f"{subject} {self._reached()}.", self._ended(), *advice)
            message = " ".join(filter(None, said))
            hint, advice = self._hint(), ()
        return Finding(
            "",
            Outcome.PASSED if credit == 1 else Outcome.FAILED,
            credit,
            message,
            hint,
            evidence=self._evidence(),
            advice=advice,
        )

    def _keeps(self, trained: Trained) -> bool:
        frozen = self.setting.frozen
        return not frozen or trained.frozen in frozen

    def _remarks(self) -> tuple[str, ...]:
        raised = self.done[-1].raised
        if not raised:
            return ()
        return (f"It {raised.rstrip('.')}. What its network had learned by then is what counts.",)

    def _reached(self) -> str:
        setting, count = self.setting, len(self.done)
        full = f"full credit begins at {setting.curve.full_from:g}"
        if setting.on == "train":
            times = f" in the best of {count} trainings" if count > 1 else ""
            examples = f"{len(self.data.train)} examples of {setting.data}"
            return f"learned {self.metric:.0%} of its {examples} by heart{times}; {full}"
        low, high = interval(setting, self.data, self.done)
        times = f"on average over {count} trainings, " if count > 1 else ""
        return (
            f"reached an accuracy of {self.metric:.3f} on held-out examples of {setting.data} "
            f"({times}{low:.3f} to {high:.3f} within its noise); {full}"
        )

    def _ended(self) -> str:
        ended = self.done[-1].ended
        return f"Training was ended early: {ended}." if ended else ""

    def _hint(self) -> str:
        """Says what the curve of the losses shows, where it shows something."""
        if self.done[-1].strange > MOSTLY:
            return (
                "The network's outputs are not finite numbers. Use a smaller learning rate, and "
                "look for a logarithm or division of zero."
            )
        looks = self.done[-1].looks
        losses = [look.loss for look in looks if look.loss is not None]
        if losses and not math.isfinite(losses[-1]):
            return "Use a smaller learning rate, and look for a logarithm or division of zero."
        if self.metric < self.data.chance + 0.02:
            return (
                "It does no better than guessing. Check that the gradients reach the parameters, "
                "that the optimizer takes steps with them, and that labels belong to their images."
            )
        if len(losses) > 1 and losses[-1] > 0.98 * losses[0]:
            return (
                "The training loss does not fall: try another learning rate, and check the signs."
            )
        return ""

    def _doubt(self) -> str:
        """Says what a person should look at; empty where nothing is odd."""
        subject, setting = self.question.subject, self.setting
        before = max((each.before or 0.0 for each in self.done), default=0.0)
        if before > self.data.chance + KNOWN * (1 - self.data.chance):
            return (
                f"A person has to look at this: before the first step of training, the network of "
                f"{subject} told {before:.0%} of the examples apart by their classes. Weights have "
                "to be learned here, and may not be brought along."
            )
        if any(each.unclear for each in self.done) and self.metric < setting.curve.full_from:
            return (
                f"A person has to look at this: what {subject} does to images before its network "
                f"sees them could not be told, so the accuracy of {self.metric:.3f} may be of "
                "images that it was not trained for."
            )
        if setting.parameters and min(each.parameters for each in self.done) <= 0:
            return (
                f"A person has to look at this: how many numbers the network of {subject} learns "
                f"could not be counted; at most {setting.parameters:,} are allowed."
            )
        if setting.frozen and any(each.frozen is None for each in self.done):
            return (
                f"A person has to look at this: how much of the network of {subject} training left "
                "as it was could not be told."
            )
        if self.metric > self.setting.ceiling:
            return (
                f"A person has to look at this: {subject} reached {self.metric:.3f}, and more than "
                f"{self.setting.ceiling:g} is not expected of this task."
            )
        fastest_s = min(each.wall_s for each in self.done)
        floor_s = _pass_s(self.data)
        if self.metric > self.setting.curve.none_below and fastest_s < floor_s:
            return (
                f"A person has to look at this: {subject} trained for {fastest_s:.3f} s, in which "
                f"the examples cannot even be read once (that takes {floor_s:.3f} s)."
            )
        return ""

    def _evidence(self) -> dict[str, Any]:
        setting, machine = self.setting, self.question.machine
        low, high = interval(setting, self.data, self.done)
        return {
            "metric": self.metric,
            "interval": [low, high],
            "data": setting.data,
            "on": setting.on,
            "notes": list(self.data.notes),
            "examples": [len(self.data.train), len(self.data.held_out)],
            "device": machine.device,
            "why_cpu": machine.why_cpu,
            "threads": machine.threads,
            "full_from": setting.curve.full_from,
            "trainings": [
                {
                    "seed": seed,
                    "accuracy": each.accuracy,
                    "before": each.before,
                    "parameters": each.parameters,
                    **({"frozen": each.frozen} if setting.frozen else {}),
                    "ended": each.ended,
                    "training_wall_s": each.wall_s,
                    "looks": [
                        [look.share, look.wall_s, look.loss, look.accuracy] for look in each.looks
                    ],
                }
                for seed, each in zip(self.seeds, self.done, strict=True)
            ],
        }


def _pass_s(data: TrainingData) -> float:
    """Measures how long reading the training inputs once takes: nothing trains on them faster."""
    begun_s = CLOCK()
    int(data.train.inputs.view(np.uint8).max(initial=0))
    return CLOCK() - begun_s
