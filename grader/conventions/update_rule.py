"""Optimizers as functions: `next_w, config = rule(w, dw, config)`.

The style of `optim.py` in the UMass assignment. Some rules change `w` in place; that is allowed, so
`w` and `config` are each one object over all steps and `dw` is a fresh array at each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, tuple_fault
from grader.worker.program import Fault, Program
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "steps": {
        "description": "How often the rule is applied; above 1 the first axis of dw counts steps.",
        "type": "integer",
        "minimum": 1,
    },
    "state": {
        "description": "Keys of the returned config that count as outputs.",
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    },
    "in_place": {
        "description": "Read the state from the config that was handed in, which the assignment's "
        "own cells do, and not from the returned one.",
        "type": "boolean",
    },
}


def run(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Applies the rule on every call; inputs are `w`, `dw` and perhaps `config`."""
    program = Program()
    rule = program.resolve(subject.path)
    runs = []
    for call in calls:
        steps = int(call.options.get("steps", 1))
        w: Any = program.new(call.inputs["w"])
        config: Any = program.new(call.inputs.get("config"))
        handed_in = config
        results = []
        for step in range(steps):
            dw = call.inputs["dw"] if steps == 1 else np.ascontiguousarray(call.inputs["dw"][step])
            # With no config the rule has to make its own, so the argument is left out.
            first_without = step == 0 and "config" not in call.inputs
            result = program.call(rule, (w, dw) if first_without else (w, dw, config))
            w, config = program.item(result, 0), program.item(result, 1)
            results.append((result, program.describe(result)))
        source = handed_in if call.options.get("in_place") else config
        state = {
            key: program.export(program.item(source, key)) for key in call.options.get("state", ())
        }
        runs.append((results, program.export(w), state))
    replies = session.run(program)
    answers: list[Answer] = []
    for results, next_w, state in runs:
        fault: Fault | None = None
        for result, kind in results:
            fault = fault or first_fault(replies, result)
            fault = fault or tuple_fault(subject.path, replies.value(kind), ("next_w", "config"))
        if fault is not None:
            answers.append(fault)
            continue
        outputs = {"next_w": replies.value(next_w)}
        for key, slot in state.items():
            value = replies.value(slot)
            outputs[f"config.{key}"] = None if isinstance(value, Fault) else value
        answers.append(Computed(outputs))
    return answers


UPDATE_RULE = Convention(
    name="update_rule",
    summary="next_w, config = rule(w, dw, config)",
    properties=PROPERTIES,
    forward=run,
)
