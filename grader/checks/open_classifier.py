"""Kind `open_classifier`: is a PyTorch network of the student's own design a classifier to train?

For questions that leave the architecture open and ask for scores of classes. Numbers of outputs are
given by the rubric: of two classes, one score or two do. `classifier_conduct.ASKS` says what else
is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from grader.checks.cases import PROPERTIES, Case, Cases, calls, parse_cases
from grader.checks.classifier_conduct import ASKS, problems
from grader.checks.kind import CheckKind
from grader.checks.notebook_code import bare, names_in
from grader.checks.open_network import DTYPE
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.conventions.construction import construct
from grader.conventions.convention import Call, Subject
from grader.conventions.reading import first_fault, malformed
from grader.conventions.torch_precision import in_precision
from grader.errors import ReferenceFault
from grader.handin import HandIn
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault, Program
from grader.worker.session import Session

PROBABILITY_LOSSES: Final = frozenset({"BCELoss", "binary_cross_entropy"})


@dataclass(frozen=True, slots=True)
class OpenClassifierParams:
    """Parameters of a check.

    Attributes:
        common: convention and cases.
        outputs: how many scores a row may have.
        asks: which of `ASKS` are looked at.
    """

    common: Cases
    outputs: tuple[int, ...]
    asks: frozenset[str]


def parse(data: Mapping[str, Any]) -> OpenClassifierParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or another convention.
    """
    common = parse_cases(data)
    if common.convention.name != "torch_module":
        raise ValueError(
            f"A check of this kind is put to a network of PyTorch, not by the convention "
            f"{common.convention.name}. Write convention: torch_module."
        )
    asks = frozenset(data.get("asks", ASKS))
    return OpenClassifierParams(common, tuple(data["outputs"]), asks)


def run(question: Question) -> CheckResult:
    """Runs the network in every case.

    Raises:
        ReferenceFault: the reference is not what the check asks for.
    """
    params: OpenClassifierParams = question.params
    # The reference is not asked for parameters: they stay as constructed.
    common = replace(params.common, convention=replace(params.common.convention, complete=None))
    findings = []
    for index, case, call in calls(question, common, Subject(question.subject)):
        right = _finding(question, question.reference, case, call, index)
        if right.outcome is not Outcome.PASSED:
            raise ReferenceFault(
                f"In check {question.spec.id} the reference itself failed: {right.message} This is "
                "a fault of the course's reference, not of the hand-in."
            )
        findings.append(_finding(question, question.student, case, call, index))
    return result(question, findings)


def _finding(question: Question, session: Session, case: Case, call: Call, index: int) -> Finding:
    params: OpenClassifierParams = question.params
    name = case.name if len(params.common.cases) > 1 else ""
    answer = _conduct(question, session, call, index)
    if isinstance(answer, Fault):
        return fault_finding(question.subject, answer, name, case.beyond_text)
    (x,) = call.inputs.values()
    found = problems(
        question.subject,
        len(x),
        params.outputs,
        params.asks,
        answer,
        own_sigmoid=takes_probabilities(question.handin),
    )
    message, hint = next(found, ("", ""))
    parameters = answer.get("parameters")
    return Finding(
        case=name,
        outcome=Outcome.FAILED if message else Outcome.PASSED,
        credit=0.0 if message else 1.0,
        message=message,
        hint=hint,
        beyond_text=case.beyond_text,
        evidence={"parameters": parameters if type(parameters) is int else None},
    )


def takes_probabilities(handin: HandIn | None) -> bool:
    """Tells whether the hand-in's code names a loss whose sigmoid is the network's own affair."""
    if handin is None:
        return False
    sources = [text.decode("utf-8", "replace") for text in handin.files.values()]
    for notebook in handin.notebooks:
        sources += [cell.source for cell in notebook.cells if cell.kind == "code"]
    return any(names_in(bare(source)) & PROBABILITY_LOSSES for source in sources)


def _conduct(
    question: Question, session: Session, call: Call, index: int
) -> Mapping[str, Any] | Fault:
    (given,) = call.inputs.values()
    x = in_precision(given, DTYPE)
    rng = question.rng(index, 1)
    others = [rng.normal(size=(n, *x.shape[1:])).astype(x.dtype) for n in (1, len(x) + 1)]
    mixed = np.concatenate([x[:1], others[1][1 : len(x)]])
    program, seed = Program(), int(rng.integers(1 << 31))
    constructor = program.resolve(question.subject)
    program.call(program.driver("torch_tensors.precision"), (DTYPE,))
    program.seed(seed)
    network = construct(program, constructor, call, {})
    network = program.call(program.driver("torch_modules.materialize"), (network, [x]))
    found = program.call(
        program.driver("torch_open_classifiers.conduct"), (network, x, mixed, others, seed)
    )
    exported = program.export(found)
    replies = session.run(program)
    fault = first_fault(replies, network, found)
    if fault is not None:
        return fault
    value = replies.value(exported)
    return value if isinstance(value, dict) else malformed()


KIND: Final = CheckKind(
    name="open_classifier",
    summary="a PyTorch network of free design gives scores of classes and can be trained",
    properties={
        **PROPERTIES,
        "outputs": {
            "description": "How many scores each row of a batch may have; a single one may be "
            "without an axis of its own.",
            "type": "array",
            "items": {"type": "integer", "minimum": 1},
            "minItems": 1,
            "uniqueItems": True,
        },
        "asks": {
            "description": "What is looked at beside outputs of the right shape and gradients that "
            "reach every parameter; all unless given. "
            + "; ".join(f"{name}: {what}" for name, what in ASKS.items())
            + ".",
            "type": "array",
            "items": {"enum": list(ASKS)},
        },
    },
    required=("outputs",),
    parse=parse,
    run=run,
)
