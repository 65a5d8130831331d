"""Loss functions that return their own gradient: `loss, dx = f(x, y)`.

The style of `svm_loss` and `softmax_loss` in the UMass assignment.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, mutated, put_inputs, tuple_fault
from grader.worker.program import Program
from grader.worker.session import Session


def run(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs the function on every call; the gradient is by the first input."""
    program = Program()
    function = program.resolve(subject.path)
    runs = []
    for call in calls:
        slots = put_inputs(program, call.inputs)
        result = program.call(function, list(slots.values()))
        kind = program.describe(result)
        values = tuple(program.export(program.item(result, index)) for index in (0, 1))
        after = {name: program.export(slot) for name, slot in slots.items()}
        runs.append((result, kind, values, after))
    replies = session.run(program)
    answers: list[Answer] = []
    for call, (result, kind, (loss, gradient), after) in zip(calls, runs, strict=True):
        name = next(iter(call.inputs))
        fault = first_fault(replies, result)
        fault = fault or tuple_fault(subject.path, replies.value(kind), ("loss", "d" + name))
        answers.append(
            fault
            or Computed(
                {"loss": replies.value(loss)},
                {name: replies.value(gradient)},
                mutated(replies, call.inputs, after),
            )
        )
    return answers


LOSS_WITH_GRADIENT = Convention(
    name="loss_with_gradient",
    summary="loss, dx = f(x, y)",
    properties={},
    forward=run,
    backward=run,
    scalar=True,
    differentiated="the loss",
)
