"""Leaves to a person what a hand-in may have lost for lack of something on this machine.

A worker is asked what a subject hangs on only when it has lost points, and what it says can never
earn any: what was lost becomes open, and a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from grader.plain_text import clean_text, quote
from grader.records import CheckResult, Outcome
from grader.worker.program import Program
from grader.worker.session import Session

LOST = (Outcome.FAILED, Outcome.ERRORED, Outcome.PARTIAL)
PATH_CHARS = 100  # of a stand-in's path or a file's name that are told


def opened(
    result: CheckResult,
    session: Session,
    subject: str,
    forbidden: Collection[str],
    place: Callable[[str, int], str],
) -> CheckResult:
    """Returns the result of a check, or leaves it open.

    Args:
        result: as it was judged.
        session: the student's, whose worker has just been asked.
        subject: dotted path below the hand-in's root.
        forbidden: libraries that the assignment does not allow; what lacks them is wrong.
        place: says where a line of a module is.
    """
    if result.outcome not in LOST:
        return result
    program = Program()
    slot = program.doubt(subject)
    match session.run(program).value(slot):
        case (str() as why, str() as what, str() as module, int() as line):
            pass
        case _:
            return result
    library = clean_text(what.partition(".")[0], PATH_CHARS)
    if why == "library" and library in forbidden:
        return result
    where = f" ({place(module, line)})" if line else ""
    reason, hint = _worded(why, library, what, where)
    return replace(
        result,
        outcome=Outcome.UNJUDGED,
        credit=0.0,
        message=f"Not judged: {subject} hangs on {reason}, so a person looks at it. What came out "
        f"without: {result.message}",
        hint=hint,
    )


def _worded(why: str, library: str, what: str, where: str) -> tuple[str, str]:
    """Says what a subject hangs on, and what to do about it."""
    if why == "library":
        path = quote(what, PATH_CHARS)
        return (
            f"what {path} gives{where}, and {library} is not installed where this is graded",
            f"To have it judged here, do without {library}: compute its value yourself, or write "
            "it down, such as 10 for the number of classes.",
        )
    if why == "file":
        named = f", {quote(what, PATH_CHARS)}," if what else ""
        return (
            f"a file{named} that is not here{where}",
            "To have it judged here, write what is read from the file as a number of your own.",
        )
    done = "trains, and is not run here" if why == "training" else "takes too long to be run here"
    return (
        f"a statement that {done}{where}",
        "To have it judged here, write what comes out of the statement as a number of your own.",
    )
