"""Kind `autograd_function`: is a `torch.autograd.Function` economical, and written by hand?

Two questions about its backward. Does it return `None` for an input that needs no gradient? Does
forward keep only what backward uses? For the second each kept tensor is spoilt in turn: one whose
ruin changes no gradient was not needed. And does it use names that take the work off it? That is
read off the source, and earns nothing where backward gives no gradient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from grader.checks import bans
from grader.checks.cases import PROPERTIES, Case, Cases, calls, parse_cases, reference_fault
from grader.checks.kind import CheckKind
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.conventions.convention import Call, Subject
from grader.conventions.reading import first_fault, malformed
from grader.plain_text import quote_some
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault, Program
from grader.worker.session import Session

BY_ITSELF: Final = (
    "Look at ctx.needs_input_grad for each input by itself, and return None where it is False."
)


@dataclass(frozen=True, slots=True)
class AutogradFunctionParams:
    """Parameters of a check.

    Attributes:
        common: convention and cases.
        needs: ask whether backward returns `None` where no gradient is needed.
        saved: ask whether all that forward keeps is used.
        bans: names that forward and backward must do without.
    """

    common: Cases
    needs: bool
    saved: bool
    bans: bans.Bans | None = None


def parse(data: Mapping[str, Any]) -> AutogradFunctionParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or nothing is asked, or of another convention.
    """
    needs, saved = bool(data.get("needs", False)), bool(data.get("saved", False))
    common, banned = parse_cases(data), bans.parse(data)
    if not needs and not saved and banned is None:
        raise ValueError("Nothing is asked. Add needs: true, saved: true, or bans_names.")
    if common.convention.name != "torch_function":
        raise ValueError(
            f"A check of this kind is put to a function of PyTorch, not by the convention "
            f"{common.convention.name}. Write convention: torch_function."
        )
    return AutogradFunctionParams(common, needs, saved, banned)


def run(question: Question) -> CheckResult:
    """Watches backward on every case.

    Raises:
        ReferenceFault: the reference itself failed.
    """
    params: AutogradFunctionParams = question.params
    subject = Subject(question.subject)
    findings = []
    for index, case, drawn in calls(question, params.common, subject):
        (ahead,) = params.common.convention.forward(question.reference, subject, [drawn])
        if isinstance(ahead, Fault):
            raise reference_fault(question, ahead)
        upstream = question.rng(index, 1).normal(size=np.shape(ahead.outputs["out"]))
        call = replace(drawn, upstream=upstream)
        name = case.name if len(params.common.cases) > 1 else ""
        if params.saved:
            findings.append(_saved(question, case, name, call))
        if params.bans is not None:
            findings.append(_by_hand(question, params.bans, case, name, call))
        if params.needs:
            findings += _needs(question, case, name, call)
    return result(question, findings)


def _inspect(session: Session, path: str, call: Call, wanted: list[str]) -> Any | Fault:
    program = Program()
    function = program.resolve(path)
    program.call(program.driver("torch_tensors.precision"), ("float64",))
    watched = program.call(
        program.driver("torch_functions.inspect"),
        (function, dict(call.inputs), call.upstream, wanted),
    )
    exported = program.export(watched)
    replies = session.run(program)
    fault = first_fault(replies, watched)
    if fault is not None:
        return fault
    value = replies.value(exported)
    if isinstance(value, dict) and all(isinstance(each, list) for each in value.values()):
        return value
    return malformed()


def _saved(question: Question, case: Case, name: str, call: Call) -> Finding:
    found = _inspect(question.student, question.subject, call, _tensors(call))
    if isinstance(found, Fault):
        return fault_finding(question.subject, found, name, case.beyond_text)
    unneeded = [str(each) for each in found.get("unneeded", ())]
    message = (
        f"The forward of {question.subject} keeps {quote_some(unneeded)} for backward, which "
        f"computes the same gradients without {'it' if len(unneeded) == 1 else 'them'}."
        if unneeded
        else ""
    )
    return Finding(
        case=name,
        outcome=Outcome.FAILED if unneeded else Outcome.PASSED,
        credit=0.0 if unneeded else 1.0,
        message=message,
        hint="Pass ctx.save_for_backward only what the backward formula uses." if unneeded else "",
        beyond_text=case.beyond_text,
    )


def _by_hand(question: Question, banned: bans.Bans, case: Case, name: str, call: Call) -> Finding:
    found = _inspect(question.student, question.subject, call, _tensors(call))
    if isinstance(found, Fault):
        return fault_finding(question.subject, found, name, case.beyond_text)
    if True not in found.get("returned", ()):
        message = f"The backward of {question.subject} returns no gradient; it is not filled in yet"
        return Finding(name, Outcome.FAILED, 0.0, f"{message}.", beyond_text=case.beyond_text)
    return bans.finding(question, banned)


def _tensors(call: Call) -> list[str]:
    """Lists the inputs that can need a gradient; a plain number, such as eps, cannot."""
    return [name for name, value in call.inputs.items() if isinstance(value, np.ndarray)]


def _needs(question: Question, case: Case, name: str, call: Call) -> list[Finding]:
    """Asks with one input after the other that needs a gradient, and the others not."""
    names = list(call.inputs)

    def returned(wanted: list[str]) -> Mapping[str, Any] | Fault:
        found = _inspect(question.student, question.subject, call, wanted)
        if isinstance(found, Fault):
            return found
        return dict(zip(names, found.get("returned", ()), strict=False))

    every = returned(_tensors(call))
    findings = []
    for one in _tensors(call):
        alone = returned([one])
        for found in (every, alone):
            if isinstance(found, Fault):
                return [fault_finding(question.subject, found, name, case.beyond_text)]
        message = _said_of(question.subject, one, every, alone)
        findings.append(
            Finding(
                case=name,
                outcome=Outcome.FAILED if message else Outcome.PASSED,
                credit=0.0 if message else 1.0,
                message=message,
                hint=BY_ITSELF if message else "",
                beyond_text=case.beyond_text,
            )
        )
    return findings


def _said_of(subject: str, one: str, every: Any, alone: Any) -> str:
    idle = [other for other in alone if other != one and alone[other] is not False]
    if idle:
        return (
            f"The backward of {subject} returns a gradient for {' and '.join(idle)} although "
            f"only {one} needs one."
        )
    # A gradient that is never returned is charged where gradients are compared.
    if every.get(one) is True and alone.get(one) is False:
        return (
            f"The backward of {subject} returns None for {one} where only {one} needs a gradient."
        )
    return ""


KIND: Final = CheckKind(
    name="autograd_function",
    summary="a torch.autograd.Function computes and keeps only what is needed",
    properties={
        **PROPERTIES,
        "needs": {
            "description": "Backward has to return None for every input that needs no gradient.",
            "type": "boolean",
        },
        "saved": {
            "description": "Forward must not keep tensors that backward does not use.",
            "type": "boolean",
        },
        "bans_names": bans.NAMES,
    },
    required=(),
    parse=parse,
    run=run,
)
