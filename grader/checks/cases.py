"""What the kinds that draw inputs have in common: their rubric keys, cases and calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.draws import DEFINITIONS, DRAW, draw_inputs, merge, resolve_sizes
from grader.checks.question import Question
from grader.closeness import Tolerance, tolerance_for
from grader.conventions import CONVENTIONS, Convention
from grader.conventions.convention import Call, Subject
from grader.errors import ReferenceFault
from grader.records import EMPTY
from grader.worker.program import Fault

_SIZES: Final = {
    "description": "Numbers by name, for use in shapes.",
    "type": "object",
    "additionalProperties": {"type": "integer", "minimum": 0},
}
_INPUTS: Final = {
    "description": "The subject's arguments in order, and how each is made.",
    "type": "object",
    "additionalProperties": DRAW,
}
_OPTIONS: Final = {
    "description": "Options of the convention.",
    "type": "object",
    "properties": {
        name: schema
        for convention in CONVENTIONS.values()
        for name, schema in convention.properties.items()
    },
    "additionalProperties": False,
}

PROPERTIES: Final[Mapping[str, Any]] = {
    "convention": {
        "description": "Calling style; the rubric's default unless given.",
        "enum": list(CONVENTIONS),
    },
    "sizes": _SIZES,
    "inputs": {**_INPUTS, "$defs": DEFINITIONS},
    "options": _OPTIONS,
    "cases": {
        "description": "Variations that are all asked; one plain case unless given.",
        "type": "array",
        "minItems": 1,
        "items": {
            "description": "What this case changes.",
            "type": "object",
            "properties": {
                "name": {"description": "Says in a few words what is special.", "type": "string"},
                "beyond_text": {
                    "description": "The assignment's text does not promise this; a failure is "
                    "advice and costs nothing.",
                    "type": "boolean",
                },
                "sizes": _SIZES,
                "inputs": _INPUTS,
                "options": _OPTIONS,
            },
            "additionalProperties": False,
        },
    },
    "also": {
        "description": "Dotted paths of further subjects of the reference hand-in that are right "
        "as well, where the assignment can be read in several ways.",
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "minItems": 1,
    },
    "tolerance": {
        "description": "Departs from the table of tolerances by dtype.",
        "type": "object",
        "properties": {
            "rtol": {
                "description": "Relative to the expected element.",
                "type": "number",
                "minimum": 0,
            },
            "atol": {
                "description": "Relative to the largest expected magnitude.",
                "type": "number",
                "minimum": 0,
            },
            "because": {"description": "The reason.", "type": "string", "minLength": 10},
        },
        "required": ["rtol", "atol", "because"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True, slots=True)
class Case:
    """One variation of a check's inputs."""

    name: str
    beyond_text: bool
    inputs: Mapping[str, Any]
    sizes: Mapping[str, int]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cases:
    """The common part of a kind's parameters.

    Attributes:
        also: further subjects of the reference that are right as well.
    """

    convention: Convention
    cases: tuple[Case, ...]
    tolerance: Tolerance | None
    also: tuple[str, ...] = ()

    def tolerance_of(self, *arrays: Any) -> Tolerance:
        """The rubric's tolerance, or the table's for the least precise of some arrays."""
        dtypes = [array.dtype for array in arrays if hasattr(array, "dtype")]
        return self.tolerance or tolerance_for(*dtypes)


def library_needed(params: Any) -> str:
    """Names what a check's workers need beside NumPy, from its parameter record; mostly nothing."""
    common = getattr(params, "common", None)
    if isinstance(common, Cases):
        return common.convention.library
    return str(getattr(params, "library", ""))


def parse_cases(data: Mapping[str, Any]) -> Cases:
    """Reads the common keys of a check.

    Raises:
        ValueError: an option belongs to another convention, or a shape names no size.
    """
    convention = CONVENTIONS[data.get("convention", "functions_with_cache")]
    base_inputs, base_sizes = data.get("inputs", EMPTY), data.get("sizes", EMPTY)
    base_options = data.get("options", EMPTY)
    cases = []
    for number, entry in enumerate(data.get("cases", ({},)), start=1):
        options = {**base_options, **entry.get("options", EMPTY)}
        foreign = [name for name in options if name not in convention.properties]
        if foreign:
            raise ValueError(
                f"{foreign[0]!r} is not an option of the convention {convention.name}. "
                f"Its options: {', '.join(convention.properties) or 'none'}."
            )
        sizes = {**base_sizes, **entry.get("sizes", EMPTY)}
        case = Case(
            name=entry.get("name", f"case {number}"),
            beyond_text=bool(entry.get("beyond_text", False)),
            inputs=merge(base_inputs, entry.get("inputs", EMPTY)),
            sizes=sizes,
            options=resolve_sizes(options, sizes),
        )
        _check_sizes(case)
        cases.append(case)
    given = data.get("tolerance")
    tolerance = Tolerance(float(given["rtol"]), float(given["atol"])) if given else None
    return Cases(convention, tuple(cases), tolerance, tuple(data.get("also", ())))


def _check_sizes(case: Case) -> None:
    import numpy as np

    # Drawing once at load time finds every unknown size while the author can still be told.
    drawn = draw_inputs(case.inputs, case.sizes, np.random.default_rng(0))
    for name, value in drawn.items():
        if isinstance(value, np.ndarray) and value.size == 0:
            raise ValueError(
                f"The input {name!r} has no elements, so nothing can be compared. Give it larger "
                "sizes."
            )


def calls(
    question: Question, cases: Cases, subject: Subject, wrt: tuple[str, ...] = ()
) -> Iterator[tuple[int, Case, Call]]:
    """Draws the inputs of every case.

    Raises:
        ReferenceFault: the reference could not tell what a convention asks of it.
    """
    for index, case in enumerate(cases.cases):
        yield index, case, _call(question, cases, subject, index, wrt)


def _call(
    question: Question, cases: Cases, subject: Subject, index: int, wrt: tuple[str, ...]
) -> Call:
    case, rng = cases.cases[index], question.rng(index)
    call = Call(draw_inputs(case.inputs, case.sizes, rng), wrt=wrt, options=case.options)
    if cases.convention.complete is None:
        return call
    try:
        inputs = cases.convention.complete(question.reference, subject, call, rng)
    except ValueError as error:
        raise ReferenceFault(
            f"In check {question.spec.id} the reference failed: {error}"
        ) from error
    return Call(inputs, wrt=wrt, options=case.options)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the assignment: a subject of the reference, and the call that fits it."""

    subject: Subject
    call: Call


def readings(
    question: Question, cases: Cases, subject: Subject, wrt: tuple[str, ...] = ()
) -> Iterator[tuple[int, Case, Iterator[Reading]]]:
    """Draws the inputs of every case, for each way to read the assignment when it is asked for.

    Raises:
        ReferenceFault: see `calls`.
    """
    subjects = (subject, *(Subject(path, subject.forward) for path in cases.also))
    for index, case in enumerate(cases.cases):
        calls_of = (_call(question, cases, each, index, wrt) for each in subjects)
        yield index, case, map(Reading, subjects, calls_of)


def reference_fault(question: Question, fault: Fault) -> ReferenceFault:
    """Words a fault of the reference, which is ours and never the student's."""
    return ReferenceFault(
        f"In check {question.spec.id} the reference itself failed: {question.subject} "
        f"{fault.message} This is a fault of the course's reference, not of the hand-in."
    )
