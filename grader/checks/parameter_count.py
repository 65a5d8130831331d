"""Does a PyTorch module have the parameters that the assignment's architecture has?

Asked by the kind `structure`. Counted by role and shape, so names and order do not matter, and a
wrong number is explained by the layers that make it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from grader.checks.cases import Case, Reading, reference_fault
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding
from grader.conventions.convention import Computed, Convention, Subject
from grader.conventions.parameter_groups import data_names, in_words, is_learned, role_in_words
from grader.records import Outcome
from grader.worker.program import Fault
from grader.worker.session import Session

SAID_AT_MOST = 3  # kinds of parameters in one message


def finding(
    question: Question,
    convention: Convention,
    subject: Subject,
    case: Case,
    ways: Iterator[Reading],
) -> Finding:
    """Counts the student's parameters against those of each way to read the assignment.

    Raises:
        ReferenceFault: the reference itself failed.
    """
    free = case.options.get("free", ())
    first: Finding | None = None
    for way in ways:
        expected = _counts(question.reference, convention, way.subject, way, free)
        if isinstance(expected, Fault):
            raise reference_fault(question, expected)
        found = _counts(question.student, convention, subject, way, free)
        if isinstance(found, Fault):
            name = case.name if len(question.params.common.cases) > 1 else ""
            return fault_finding(question.subject, found, name, case.beyond_text)
        evidence = {"parameters": total(found), "expected": total(expected)}
        if found == expected:
            return Finding("", Outcome.PASSED, 1.0, evidence=evidence)
        over = _leftovers(question, convention, subject, way, found, expected)
        if over and _less(found, over) == expected:
            said = _remark(question.subject, over)
            return Finding("", Outcome.PASSED, 1.0, evidence=evidence, advice=(said,))
        if first is None:
            first = Finding(
                case="",
                outcome=Outcome.FAILED,
                message=_sentence(question.subject, found, expected, free),
                hint="Compare your layers, one by one, with the table in the assignment.",
                beyond_text=case.beyond_text,
                evidence=evidence,
            )
    assert first is not None  # noqa: S101  # there is always one way
    return first


def _counts(
    session: Session, convention: Convention, subject: Subject, way: Reading, free: tuple[str, ...]
) -> Mapping[str, int] | Fault:
    options = {**way.call.options, "ask": "shapes"}
    call = type(way.call)(way.call.inputs, options=options)
    (answer,) = convention.forward(session, subject, [call])
    if not isinstance(answer, Computed):
        return answer
    return {
        group: count
        for group, count in answer.outputs.items()
        if type(count) is int and is_learned(group) and group.partition(" ")[0] not in free
    }


def _leftovers(
    question: Question,
    convention: Convention,
    subject: Subject,
    way: Reading,
    found: Mapping[str, int],
    expected: Mapping[str, int],
) -> Mapping[str, int]:
    """Counts what is too many and takes no part in the output, where there are inputs to try.

    Of a network that does not run nothing is known; what it raises is said where outputs are asked.
    """
    among = [group for group, count in found.items() if count > expected.get(group, 0)]
    if not among or not data_names(way.call):
        return {}
    options = {**way.call.options, "ask": "idle", "among": among}
    call = type(way.call)(way.call.inputs, options=options)
    (answer,) = convention.forward(question.student, subject, [call])
    outputs = answer.outputs if isinstance(answer, Computed) else {}
    return {group: count for group, count in outputs.items() if type(count) is int}


def _less(found: Mapping[str, int], over: Mapping[str, int]) -> Mapping[str, int]:
    left = {group: count - over.get(group, 0) for group, count in found.items()}
    return {group: count for group, count in left.items() if count}


def _remark(subject: str, over: Mapping[str, int]) -> str:
    named = [in_words(group) for group in over]
    more = f" and {len(named) - SAID_AT_MOST} more kinds" if len(named) > SAID_AT_MOST else ""
    return (
        f"{subject} makes layers that its forward does not use, which costs nothing: "
        f"{', '.join(named[:SAID_AT_MOST])}{more}. Delete them."
    )


def total(counts: Mapping[str, int]) -> int:
    """Counts single parameters.

    >>> total({"weight 64x3x3x3": 1, "bias 10": 2})
    1748
    """
    return sum(count * math.prod(_sizes(group)) for group, count in counts.items())


def _sizes(group: str) -> tuple[int, ...]:
    digits = group.rpartition(" ")[2].split("x")
    return tuple(int(size) for size in digits if size.isdecimal())


def _sentence(
    subject: str, found: Mapping[str, int], expected: Mapping[str, int], free: Sequence[str]
) -> str:
    groups = [*expected, *(group for group in found if group not in expected)]
    differing = {
        group: found.get(group, 0) - expected.get(group, 0)
        for group in groups
        if found.get(group, 0) != expected.get(group, 0)
    }
    said = [
        f"{abs(count)} {'too many' if count > 0 else 'missing'}: {in_words(group)}"
        for group, count in list(differing.items())[:SAID_AT_MOST]
    ]
    more = f"; and {len(differing) - SAID_AT_MOST} more kinds" if differing else ""
    more = more if len(differing) > SAID_AT_MOST else ""
    without = f" (each without any {' or '.join(map(role_in_words, free))})" if free else ""
    return (
        f"{subject} has {total(found):,} parameters; the assignment's architecture has "
        f"{total(expected):,}{without}. {'; '.join(said)}{more}."
    )
