"""What a criterion builds on: its needs to their end, and the functions to lend to its checks.

A criterion that builds on something broken is judged with the course's own in its place, whole
families of functions at a time, because these share private caches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.records import Criterion, Outcome, Rubric

FINE = (Outcome.PASSED, Outcome.NOT_RUN_HERE)


def all_needs(rubric: Rubric, criterion: Criterion) -> set[str]:
    """Follows needs to their end: what stands on a lent function needs it lent as well."""
    criteria = {each.id: each for each in rubric.criteria}
    found: set[str] = set()
    ahead = list(criterion.needs)
    while ahead:
        need = ahead.pop()
        if need not in found:
            found.add(need)
            ahead += criteria[need].needs
    return found


def loans(
    rubric: Rubric, criterion: Criterion, outcomes: Mapping[str, Sequence[Outcome]]
) -> Mapping[str, tuple[str, ...]]:
    """Names the functions to lend, by module: families of needs that are not all right.

    Args:
        rubric: has the families.
        criterion: of the check that is asked again.
        outcomes: of the checks that were asked before, by criterion.
    """
    subjects = {each.id: each.subject for each in rubric.criteria}
    # What was not asked at all, as with `--only`, may be broken too: lending it shows whether
    # the fault lies there.
    broken = {
        subjects[name]
        for name, found in outcomes.items()
        if any(outcome not in FINE for outcome in found)
        or all(outcome is Outcome.NOT_RUN_HERE for outcome in found)
    }
    return by_module(
        member
        for members in lendable(rubric, criterion)
        if broken.intersection(members)
        for member in members
    )


def lendable(rubric: Rubric, criterion: Criterion) -> Iterator[tuple[str, ...]]:
    """Yields the families of functions that may be lent to a criterion's checks.

    The subject's own family is never lent: it would stand in for what is judged.
    """
    subjects = {each.id: each.subject for each in rubric.criteria}
    needed = {subjects[need] for need in all_needs(rubric, criterion)}
    for members in rubric.families.values():
        if criterion.subject not in members and needed.intersection(members):
            yield members


def by_module(paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Gathers functions by module.

    >>> by_module(["layers.relu_forward", "layers.relu_backward", "optim.sgd"])
    {'layers': ('relu_forward', 'relu_backward'), 'optim': ('sgd',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    for path in paths:
        module, _, name = path.rpartition(".")
        found[module] = (*found.get(module, ()), name)
    return found
