"""Tells what became of the criterion that somebody works on, before the others are judged.

That is the first one whose own subject was edited, else the first of all that a save affects.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set

from grader.checks import CHECK_KINDS
from grader.checks.question import Progress
from grader.pipeline import Observer
from grader.records import CheckResult, Outcome, Rubric, Visibility

# Gets the criterion's id and the results of those of its checks that were judged.
Tell = Callable[[str, Sequence[CheckResult]], None]


class FirstAnswer:
    """Observes a run, and passes all on; tells once, and only where other criteria follow.

    Args:
        observer: is told of every result as it comes.
        rubric: has the criteria.
        kept: ids of the checks whose results stand.
        edited: names of functions and classes that are not as they were.
        tell: is told.
    """

    def __init__(
        self,
        observer: Observer,
        rubric: Rubric,
        kept: Collection[str],
        edited: Set[str],
        tell: Tell,
    ) -> None:
        self._observer = observer
        self._tell = tell
        # What only reads files is asked at every save, and takes no time.
        asked = {
            one.id: {
                spec.id
                for spec in one.checks
                if CHECK_KINDS[spec.kind].asks_worker
                and spec.visibility is Visibility.VISIBLE
                and spec.id not in kept
            }
            for one in rubric.criteria
        }
        self._ahead = {name: ids for name, ids in asked.items() if ids}
        subjects = {one.id: one.subject.split(".") for one in rubric.criteria}
        own = {name for name in self._ahead if not edited.isdisjoint(subjects[name])}
        self._wanted = own or {*self._ahead}
        self._judged: list[CheckResult] = []

    def planned(self, checks: int) -> None:
        """Pass it on."""
        self._observer.planned(checks)

    def finished(self, result: CheckResult) -> None:
        """Tell of the criterion that this ends, if it is the first one and not the last."""
        self._observer.finished(result)
        name = result.id.rpartition("/")[0]
        if result.id not in self._ahead.get(name, ()):
            return
        self._ahead[name].remove(result.id)
        if name in self._wanted and result.outcome is not Outcome.NOT_RUN_HERE:
            self._judged.append(result)
        if self._ahead[name]:
            return
        del self._ahead[name]
        if self._judged and self._ahead:
            self._tell(name, self._judged)
            self._ahead = {}  # told once

    def progressed(self, progress: Progress) -> None:
        """Pass it on."""
        self._observer.progressed(progress)
