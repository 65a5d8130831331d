"""Judges a hand-in after every save, until somebody stops it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial

from grader.errors import GraderError
from grader.pipeline import Observer
from grader.records import CheckResult
from grader.watching.rounds import Round, Tools, Unparsable, Watched, judge, make_ready


@dataclass(frozen=True, slots=True)
class Step:
    """What a save has led to.

    Attributes:
        saved: names of the files that were saved; none where the whole folder went or came.
        before: the state that was judged before.
        became: the state that is now; what keeps it from being judged; or the state before, where
            what kept it from being judged is gone and nothing else has changed.
        wall_s: from the save to the answer.
    """

    saved: tuple[str, ...]
    before: Round
    became: Round | Unparsable | GraderError
    wall_s: float


def follow(
    watched: Watched,
    tools: Tools,
    first: Round,
    saves: Iterable[tuple[str, ...]],
    observe: Callable[[], AbstractContextManager[Observer]],
    tell: Callable[[tuple[str, ...], str, Sequence[CheckResult]], None],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Step]:
    """Yields a step for each save that leads to something that is to be told.

    Args:
        watched: what is judged, and how.
        tools: what stays up.
        first: the state that was judged at first.
        saves: names of saved files, time and again.
        observe: shows how a run gets on.
        tell: is told by which saves, and what became of the first criterion while others follow.
        clock: seconds since any moment.
    """
    before, is_judged = first, True
    _make_ready(watched, tools, before)
    for names in saves:
        begun_s = clock()
        became: Round | Unparsable | GraderError | None
        try:
            with observe() as observer:
                became = judge(watched, tools, observer, before, partial(tell, names))
        except GraderError as error:
            became = error
        if became is None and not is_judged:
            became = before
        if became is not None:
            yield Step(names, before, became, clock() - begun_s)
            is_judged = isinstance(became, Round)
            before = became if isinstance(became, Round) else before
        _make_ready(watched, tools, before)


def _make_ready(watched: Watched, tools: Tools, state: Round) -> None:
    """Starts the next state's host, while nobody waits for it."""
    with suppress(GraderError):  # whoever needs it is told
        make_ready(watched, tools, state)
