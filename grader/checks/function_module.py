"""Kind `function_module`: does an `nn.Module` call a `torch.autograd.Function` of the hand-in?

The module is held against the student's own function, on the same tensors: what is wrong with the
function is charged where the function is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.cases import PROPERTIES, Case, Cases, calls, parse_cases
from grader.checks.judging import as_array, judge
from grader.checks.kind import CheckKind
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.closeness import tolerance_for
from grader.conventions.construction import construct
from grader.conventions.convention import Call, Subject
from grader.conventions.parameter_groups import is_group
from grader.conventions.reading import first_fault, malformed
from grader.plain_text import quote_some
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault, FaultKind, Program


@dataclass(frozen=True, slots=True)
class FunctionModuleParams:
    """Parameters of a check.

    Attributes:
        common: convention and cases.
        function: dotted path of the function below the hand-in's root.
        order: what the function takes: names of inputs and of groups of parameters, and numbers.
    """

    common: Cases
    function: str
    order: tuple[str | float, ...]


def parse(data: Mapping[str, Any]) -> FunctionModuleParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or another convention.
    """
    common = parse_cases(data)
    if common.convention.name != "torch_module":
        raise ValueError(
            f"A check of this kind is put to a module of PyTorch, not by the convention "
            f"{common.convention.name}. Write convention: torch_module."
        )
    return FunctionModuleParams(common, str(data["function"]), tuple(data["order"]))


def run(question: Question) -> CheckResult:
    """Runs the module and the function on every case.

    Raises:
        ReferenceFault: the reference could not tell which parameters there are.
    """
    params: FunctionModuleParams = question.params
    findings = []
    for _, case, call in calls(question, params.common, Subject(question.subject)):
        name = case.name if len(params.common.cases) > 1 else ""
        found = _applied(question, call)
        if isinstance(found, Fault):
            findings.append(fault_finding(question.subject, found, name, case.beyond_text))
        else:
            findings.append(_finding(question, case, name, call, found))
    return result(question, findings)


def _applied(question: Question, call: Call) -> Mapping[str, Any] | Fault:
    params: FunctionModuleParams = question.params
    program = Program()
    constructor = program.resolve(question.subject)
    function = program.resolve(params.function)
    program.call(program.driver("torch_tensors.precision"), ("float64",))
    network = construct(program, constructor, call, {})
    groups = {name: value for name, value in call.inputs.items() if is_group(name)}
    filled = program.call(program.driver("torch_modules.fill"), (network, groups, []))
    data = [value for name, value in call.inputs.items() if not is_group(name)]
    lacking = program.call(
        program.driver("torch_modules.unmatched"), (filled, groups, [], data, {})
    )
    applied = program.call(
        program.driver("torch_conduct.applied"),
        (filled, function, dict(call.inputs), list(params.order)),
    )
    exported = program.export(lacking), program.export(applied)
    replies = question.student.run(program)
    fault = first_fault(replies, function, network, filled)
    if fault is not None:
        return fault
    missing = replies.value(exported[0])
    if isinstance(missing, dict) and missing.get("missing"):
        return Fault(
            FaultKind.MALFORMED,
            f"{question.subject} has no parameters like those that its function takes: "
            f"{quote_some(map(str, missing['missing']))}.",
            "Register them as nn.Parameter in the constructor.",
        )
    fault = replies.fault(applied)
    value = replies.value(exported[1])
    if fault is not None:
        return fault
    if isinstance(value, dict):
        return value
    return malformed()


def _finding(
    question: Question, case: Case, name: str, call: Call, found: Mapping[str, Any]
) -> Finding:
    params: FunctionModuleParams = question.params
    wanted = as_array(found.get("wanted"))
    message, hint = "", ""
    if wanted is None:
        message = f"{params.function}.apply gave no tensor to compare {question.subject} with"
        hint = "Write the function first."
    elif found.get("called") is not True:
        message = f"The output of {question.subject} does not come from {params.function}.apply"
        hint = "Call the class's `apply` in forward; `forward` alone is not seen by autograd."
    elif found.get("unreached"):
        names = quote_some([str(each) for each in found["unreached"]])
        message = f"No gradient reaches {names} of {question.subject}"
        hint = "Pass the parameters themselves to the function, and not .data or a copy."
    else:
        judged = judge("out", found.get("out"), wanted, tolerance_for(wanted.dtype))
        if judged.wrong is not None:
            message = (
                f"{question.subject} does not return what {params.function} gives for its "
                f"parameters. {judged.wrong.message}"
            )
            hint = "Pass input, parameters and options on in the order that `forward` has them."
    return Finding(
        case=name,
        outcome=Outcome.FAILED if message else Outcome.PASSED,
        credit=0.0 if message else 1.0,
        message=f"{message}." if message else "",
        hint=hint,
        beyond_text=case.beyond_text,
    )


KIND: Final = CheckKind(
    name="function_module",
    summary="an nn.Module calls a torch.autograd.Function of the hand-in",
    properties={
        **PROPERTIES,
        "function": {
            "description": "Dotted path of the torch.autograd.Function below the hand-in's root.",
            "type": "string",
            "minLength": 1,
        },
        "order": {
            "description": "What the function takes, in order: names of inputs, groups of "
            "parameters such as scale 5, and numbers.",
            "type": "array",
            "items": {"type": ["string", "number"]},
            "minItems": 1,
        },
    },
    required=("function", "order"),
    parse=parse,
    run=run,
)
