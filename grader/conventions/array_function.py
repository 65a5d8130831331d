"""Plain functions from arrays to one array: `value = f(a, b)`.

The style of closed forms and of measures such as an accuracy. Arguments go by position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, mutated
from grader.worker.inside.wire import Slot
from grader.worker.program import Program
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "callables": {
        "description": "Inputs that are functions of ours, which the subject may call: their "
        "values name a function of one array, such as cubic or cubic_slope.",
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    },
}


def run(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs the function on every call; its output is called `value`."""
    program = Program()
    function = program.resolve(subject.path)
    runs = []
    for call in calls:
        slots = {name: _argument(program, call, name) for name in call.inputs}
        result = program.call(function, list(slots.values()))
        value = program.export(result)
        after = {
            name: program.export(slot)
            for name, slot in slots.items()
            if name not in call.options.get("callables", ())
        }
        runs.append((result, value, after))
    replies = session.run(program)
    answers: list[Answer] = []
    for call, (result, value, after) in zip(calls, runs, strict=True):
        fault = first_fault(replies, result)
        computed = Computed(
            {"value": replies.value(value)}, mutated=mutated(replies, call.inputs, after)
        )
        answers.append(fault or computed)
    return answers


def _argument(program: Program, call: Call, name: str) -> Slot:
    value = call.inputs[name]
    if name in call.options.get("callables", ()):
        return program.driver(f"elementwise.{value}")
    return program.new(value)


ARRAY_FUNCTION = Convention(
    name="array_function",
    summary="value = f(a, b, ...), on arrays",
    properties=PROPERTIES,
    forward=run,
)
