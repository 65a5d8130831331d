"""Losses as classes: `loss = module.forward(x, y)`; `dx = module.backward(x, y)`.

The style of the UvA assignment. Backward gets no upstream gradient, and is asked of another object
than forward, because a loss keeps nothing between the two.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.conventions.construction import CONSTRUCT, construct
from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.module_with_dicts import METHODS, class_path, missing_method
from grader.conventions.reading import first_fault, mutated, put_inputs
from grader.worker.program import Fault, Program
from grader.worker.session import Session


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Constructs a loss and runs forward, on every call."""
    return _run(session, subject, calls, with_backward=False)


def backward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs forward on one object and backward on another: a loss keeps nothing between them."""
    return _run(session, subject, calls, with_backward=True)


def _run(
    session: Session, subject: Subject, calls: Sequence[Call], *, with_backward: bool
) -> list[Answer]:
    path = class_path(subject.path)
    program = Program()
    owner = program.resolve(path)
    runs = []
    for call in calls:
        asked, after = [], []
        for name in METHODS[: 1 + with_backward]:
            slots = put_inputs(program, call.inputs)
            method = program.attribute(construct(program, owner, call, {}), name)
            result = program.call(method, list(slots.values()))
            asked.append((name, method, result, program.export(result)))
            after.append({key: program.export(slot) for key, slot in slots.items()})
        runs.append((asked, after))
    replies = session.run(program)
    answers: list[Answer] = []
    for call, (asked, after) in zip(calls, runs, strict=True):
        name, method, result, _ = asked[-1]
        fault = replies.fault(owner) or missing_method(path, name, replies, method)
        fault = fault or first_fault(replies, result)
        if fault is not None:
            answers.append(fault)
            continue
        loss, *gradients = (replies.value(exported) for *_, exported in asked)
        changed = {key for each in after for key in mutated(replies, call.inputs, each)}
        answers.append(
            Computed(
                # A loss that does not run takes nothing along: its backward needs nothing of it.
                {"loss": None if isinstance(loss, Fault) else loss},
                dict(zip(call.wrt, gradients, strict=False)),
                tuple(sorted(changed)),
            )
        )
    return answers


LOSS_MODULE = Convention(
    name="loss_module",
    summary="loss = module.forward(x, y); dx = module.backward(x, y)",
    properties={"construct": CONSTRUCT},
    forward=forward,
    backward=backward,
    scalar=True,
    differentiated="the loss",
)
