"""Is a network stacked by the class that the assignment asks for, `nn.Sequential` or Keras's?

Asked by the kind `structure`. What the network computes is no part of the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from grader.checks.cases import Case, Cases
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding
from grader.conventions.convention import Call, Subject
from grader.plain_text import quote_some
from grader.records import Outcome
from grader.worker.program import Fault

# The class that each convention's driver looks for.
CLASSES: Final[Mapping[str, str]] = {
    "torch_module": "nn.Sequential",
    "keras_model": "tf.keras.Sequential",
}
PROPERTY: Final[Mapping[str, Any]] = {
    "description": "The network has to be stacked by nn.Sequential, or by tf.keras.Sequential: one "
    "of them holds all of its parameters, be it the network itself or inside of it.",
    "type": "boolean",
}


def parse(data: Mapping[str, Any], common: Cases) -> bool:
    """Reads whether it is asked.

    Raises:
        ValueError: for a convention that makes no network.
    """
    asked = bool(data.get("stacked", False))
    if asked and common.convention.name not in CLASSES:
        raise ValueError(
            f"stacked looks into a torch_module or a keras_model; this check's convention is "
            f"{common.convention.name}. Write convention: torch_module."
        )
    return asked


def finding(question: Question, subject: Subject, case: Case, call: Call) -> Finding:
    """Looks into the student's network."""
    convention = question.params.common.convention
    name = case.name if len(question.params.common.cases) > 1 else ""
    asked = replace(call, options={**call.options, "ask": "stacked"})
    (answer,) = convention.forward(question.student, subject, [asked])
    if isinstance(answer, Fault):
        return fault_finding(question.subject, answer, name, case.beyond_text)
    if answer.outputs.get("stacked") is True:
        return Finding(name, Outcome.PASSED, 1.0)
    wanted = CLASSES[convention.name]
    made = quote_some([str(answer.outputs.get("made", ""))])
    return Finding(
        case=name,
        outcome=Outcome.FAILED,
        message=f"{question.subject} made a network of the class {made}, and no {wanted} holds all "
        f"of its layers; the assignment asks for one that is made with {wanted}.",
        hint=f"Give the layers to {wanted}, one after the other: activations and the flattening "
        "are layers too.",
        beyond_text=case.beyond_text,
    )
