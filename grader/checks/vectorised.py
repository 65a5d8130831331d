"""Finds loops over samples: does a subject execute more of its own instructions the more it gets?

Asked of kind `structure` by `vectorised: true`. The subject runs on a small and on a large case
while the worker counts the Python instructions of the hand-in's own code. Loops over layers or
filters cost the same in both; a loop over rows, in whatever dress, does not. Nothing is timed.

The count comes from the process that is judged. Code that means harm can forge it, as it could
write its loop in a way that no count sees; what such code returns is judged by other checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from grader.checks.cases import Cases, calls, reference_fault
from grader.checks.draws import draw_inputs
from grader.checks.instructions import Counted, CountingSession
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding
from grader.conventions.convention import Answer, Call, Subject
from grader.plain_text import place_text, quote_if_odd
from grader.records import Outcome
from grader.worker.host import SourceFacts
from grader.worker.program import Fault
from grader.worker.session import Session

# Instructions that may come on top in the large case, whatever its size: a branch taken, a shape
# printed.
FREE: Final = 64
# Instructions for each further row that are no loop yet. The shortest loop that fills an array,
# `for i in range(n): out[i] = f(x[i])`, executes 13, a comprehension 7.
FREE_PER_ROW: Final = 2
# The cases have to differ by so many rows, for a loop to stand out from what is free.
ROWS_AT_LEAST: Final = 24
HINT: Final = (
    "Replace the loop by operations on whole arrays: products of matrices, sums over an axis, "
    "masks."
)


@dataclass(frozen=True, slots=True)
class Vectorised:
    """What is run.

    Attributes:
        common: convention and cases, of which the smallest and the largest are run.
        forward: path of the forward function that a backward function belongs to.
        wrt: inputs by whose gradients backward is run as well; `None` where it is not.
    """

    common: Cases
    forward: str
    wrt: tuple[str, ...] | None

    def run(self, session: Session, path: str, call: Call) -> Answer:
        """Runs the subject, backward as well where that is asked for."""
        convention = self.common.convention
        backward = convention.backward if self.wrt is not None else None
        (answer,) = (backward or convention.forward)(session, Subject(path, self.forward), [call])
        return answer


def parse(data: Mapping[str, Any], common: Cases) -> Vectorised | None:
    """Reads the keys of a check; nothing where it does not ask for this.

    Raises:
        ValueError: the cases do not differ in size, or backward is asked for where there is none.
    """
    if not data.get("vectorised", False):
        if "forward" in data or "wrt" in data:
            raise ValueError("forward and wrt say what vectorised runs. Add vectorised: true.")
        return None
    wrt = tuple(data["wrt"]) if "wrt" in data else None
    if wrt is not None and common.convention.backward is None:
        raise ValueError(f"The convention {common.convention.name} has no backward to count.")
    rng = np.random.default_rng(0)
    drawn = [Call(draw_inputs(case.inputs, case.sizes, rng)) for case in common.cases]
    small, large = _extremes(drawn)
    if _further_rows(drawn[small], drawn[large])[0] < ROWS_AT_LEAST:
        raise ValueError(
            "vectorised compares a small case with a large one. Give two cases of which one is "
            f"larger by at least {ROWS_AT_LEAST} along an axis."
        )
    return Vectorised(common, data.get("forward", ""), wrt)


def finding(question: Question, asked: Vectorised) -> Finding:
    """Runs the subject on the smallest and on the largest case, and compares what it executes.

    Raises:
        ReferenceFault: the reference itself failed.
    """
    subject = Subject(question.subject, asked.forward)
    drawn = [call for _, _, call in calls(question, asked.common, subject, asked.wrt or ())]
    runs = []
    for index in _extremes(drawn):
        call = _with_upstream(question, asked, drawn[index], index)
        counted = _count(question, asked, call)
        if isinstance(counted, Finding):
            return counted
        runs.append((call, counted))
    return _compare(question, *runs)


def _count(question: Question, asked: Vectorised, call: Call) -> Counted | Finding:
    """Counts one run; a finding where there is nothing to be counted."""
    path = question.subject
    expected = asked.run(question.reference, path, call)
    if isinstance(expected, Fault):
        raise reference_fault(question, expected)
    asked.run(question.student, path, call)  # imports the hand-in, which is not to be counted
    counting = CountingSession(question.student)
    answer = asked.run(counting, path, call)
    if isinstance(answer, Fault):
        said = fault_finding(answer.about or path, answer, "", False)
        if answer.about in ("", path):
            return said
        return replace(said, outcome=Outcome.SKIPPED, hint="Mend the forward pass first.")
    for name in (*expected.outputs, *expected.gradients):
        if answer.outputs.get(name) is None and answer.gradients.get(name) is None:
            return _failed(f"{path} gave no {name}; it is not filled in yet.", "")
    counted = counting.counted()
    if asked.forward and counted is not None:
        ahead = CountingSession(question.student)
        asked.common.convention.forward(ahead, Subject(asked.forward), [call])
        less = ahead.counted()  # a forward function is judged by itself
        counted = counted.without(less) if less is not None else None
    if counted is None:
        return _failed(
            f"What {path} executes could not be counted, because the hand-in sets a trace function "
            "of its own.",
            "Remove the calls of sys.settrace, and of debuggers.",
        )
    return counted.without_constructors()


def _compare(
    question: Question, small: tuple[Call, Counted], large: tuple[Call, Counted]
) -> Finding:
    rows, name = _further_rows(small[0], large[0])
    before, after = small[1], large[1]
    evidence = {"instructions": [before.total, after.total], "further_rows": rows}
    if after.total - before.total <= FREE + FREE_PER_ROW * rows:
        return Finding("", Outcome.PASSED, 1.0, evidence=evidence)
    place = _place(question.facts, before, after, rows)
    shapes = [np.shape(call.inputs[name]) for call in (small[0], large[0])]
    message = (
        f"{question.subject} executes more Python instructions the more rows it gets: "
        f"{before.total:,} for {name} of shape {shapes[0]} and {after.total:,} for {shapes[1]}. "
        f"Vectorised code executes about as many in both.{place}"
    )
    return replace(_failed(message, question.spec.hint or HINT), evidence=evidence)


def _place(facts: Mapping[str, SourceFacts], before: Counted, after: Counted, rows: int) -> str:
    """Says which loop it is; where none is found, which line executes most of what is new."""
    gained: dict[tuple[str, int], int] = {}
    functions: dict[tuple[str, int], str] = {}
    for (file, function, line), number in after.lines.items():
        new = number - before.lines.get((file, function, line), 0)
        gained[file, line] = gained.get((file, line), 0) + new
        functions[file, line] = function
    # Loops inside of the one over rows gain more than that one, and loops around it nothing.
    repeated = [
        (gained[place], *place, function)
        for file, fact in facts.items()
        for function, line in fact.loops
        if gained.get(place := fact.at(file, line), 0) >= rows
    ]
    if repeated:
        _, file, line, function = min(repeated)
        return f" The loop in {_named(file, line, function)} repeats for each of them."
    if not gained:
        return ""
    file, line = max(gained, key=lambda place: (gained[place], place))
    return f" Most of them belong to {_named(file, line, functions[file, line])}."


def _named(file: str, line: int, function: str) -> str:
    inside = f" ({quote_if_odd(function, 80)})" if function not in ("", "<module>") else ""
    return f"{place_text(file, line)}{inside}"


def _failed(message: str, hint: str) -> Finding:
    return Finding("", Outcome.FAILED, 0.0, message, hint)


def _with_upstream(question: Question, asked: Vectorised, call: Call, index: int) -> Call:
    """Adds the gradient that backward begins with, in the shape of the reference's output."""
    convention = asked.common.convention
    if asked.wrt is None or convention.scalar:
        return call
    (ahead,) = convention.forward(
        question.reference, Subject(asked.forward or question.subject), [call]
    )
    if isinstance(ahead, Fault):
        raise reference_fault(question, ahead)
    shape = np.shape(next(iter(ahead.outputs.values())))
    return replace(call, upstream=question.rng(index, 1).normal(size=shape))


def _extremes(drawn: list[Call]) -> tuple[int, int]:
    """Returns the indices of the smallest and of the largest case, by the number of elements."""
    sizes = [sum(np.size(value) for value in call.inputs.values()) for call in drawn]
    return sizes.index(min(sizes)), sizes.index(max(sizes))


def _further_rows(small: Call, large: Call) -> tuple[int, str]:
    """Returns by how much the longest-growing axis of an input grows, and the input's name."""
    grown = [(0, "")]
    for name, value in large.inputs.items():
        ours, theirs = np.shape(small.inputs.get(name, 0)), np.shape(value)
        if len(ours) == len(theirs):
            grown += [(many - few, name) for few, many in zip(ours, theirs, strict=True)]
    return max(grown)
