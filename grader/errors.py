"""Names every fault a human has to act on; imports nothing of ours.

    GraderError                     the message is safe to show, in full sentences
    ├─ RubricError                  the assignment's description is at fault
    │  ├─ RubricNotFound
    │  ├─ RubricSyntaxError
    │  └─ RubricSchemaError         all mistakes at once, in `.problems`
    ├─ HandInError                  what the student submitted is at fault
    │  ├─ HandInNotFound
    │  ├─ HandInTooLarge
    │  ├─ UnsafePath
    │  ├─ UnsafeArchive             corrupt, encrypted, overlapping, not a zip
    │  ├─ PackageRootMissing
    │  └─ PackageRootAmbiguous
    ├─ WorkerError                  the process that runs a hand-in is at fault
    │  ├─ WorkerDidNotStart
    │  │  └─ HostLost
    │  ├─ WorkerKilled               by something else on the machine
    │  ├─ WorkerStarved              of processor time, by something else
    │  ├─ WorkerDied
    │  ├─ WorkerOutOfTime
    │  ├─ RunOutOfTime               the time for the whole run was over
    │  └─ SandboxMissing
    ├─ ReferenceFault               the reference itself raised
    ├─ VariantError                 a wrong variant of the reference cannot be made
    └─ UsageError                   the command was called with something it cannot use

A failed check is a result, not an exception. A message says what happened, why that
matters, and what to do next. Whoever raises cleans names that a student chose
(`grader.plain_text`) before they enter a message.
"""

# ruff: noqa: N818 - the names say what happened; "Error" at each end would only be noise

from __future__ import annotations

from collections.abc import Iterable


class GraderError(Exception):
    """Is the root of every fault that is reported to a person.

    Args:
        message: Full sentences, safe to print as they are.

    >>> str(GraderError("The rubric has no criteria. Add one under 'criteria:'."))
    "The rubric has no criteria. Add one under 'criteria:'."
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)

    @property
    def message(self) -> str:
        """Gives the sentences to show."""
        return str(self)


class RubricError(GraderError):
    """Says that a rubric cannot be used."""


class RubricNotFound(RubricError):
    """Says that no rubric has this name or lies at this path."""


class RubricSyntaxError(RubricError):
    """Says that a rubric file is not readable YAML."""


class RubricSchemaError(RubricError):
    """Says everything that departs from the rubric schema, all at once.

    Args:
        problems: One item per mistake; `str(item)` is the sentence to show.

    Attributes:
        problems: The same items, in the same order.
    """

    def __init__(self, problems: Iterable[object]) -> None:
        self.problems: tuple[object, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[RubricSchemaError], tuple[tuple[object, ...]]]:
        """Rebuilds from the problems: the default would split the message into letters."""
        return type(self), (self.problems,)


class HandInError(GraderError):
    """Says that a hand-in cannot be read."""


class HandInNotFound(HandInError):
    """Says that there is nothing readable at the given path."""


class HandInTooLarge(HandInError):
    """Says which size or count of the hand-in is over which limit."""


class UnsafePath(HandInError):
    """Says which name in the hand-in points, or could be made to point, elsewhere."""


class UnsafeArchive(HandInError):
    """Says why an archive is not opened: damaged, encrypted, dishonest, or no zip."""


class PackageRootMissing(HandInError):
    """Says which folder was looked for in the hand-in and what was found instead."""


class PackageRootAmbiguous(HandInError):
    """Says which folders of the hand-in could all be meant."""


class WorkerError(GraderError):
    """Says that the process running a hand-in did not do its part."""


class WorkerDidNotStart(WorkerError):
    """Says that the worker or its sandbox did not come up."""


class HostLost(WorkerDidNotStart):
    """Says that the process that starts the workers has ended, or does not answer."""


class WorkerKilled(WorkerError):
    """Says that a worker was ended from outside, for which its hand-in can do nothing."""


class WorkerStarved(WorkerError):
    """Says that a worker got so little of the processor that its time limit means nothing."""


class WorkerDied(WorkerError):
    """Says that the worker ended before it answered."""


class WorkerOutOfTime(WorkerError):
    """Says that the worker did not answer within its limit."""


class RunOutOfTime(WorkerError):
    """Says that the time for the whole run ended before the worker had answered."""


class SandboxMissing(WorkerError):
    """Says that isolation was required and the machine does not give it."""


class ReferenceFault(GraderError):
    """Says that the reference raised: our fault, which never costs points."""


class VariantError(GraderError):
    """Says why a wrong variant of the reference cannot be made from it."""


class UsageError(GraderError):
    """Says that a command was called with something it cannot use."""
