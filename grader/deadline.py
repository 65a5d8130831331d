"""When a whole run has to be over, whatever its checks would still take.

A machine that grades ends its graders after a time that it has set, and then nothing is left of
what they found out. A run that knows this time stops before it, and says what it did not reach.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

# Of the run's time, kept for its end: workers are ended, the report is made and written.
RESERVED_SHARE: Final = 0.05
RESERVED_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a run.

    Attributes:
        whole_s: what the run may take altogether, in seconds.
        begun_s: when it began, on the clock.
        clock: seconds since any moment; it never goes back.
    """

    whole_s: float
    begun_s: float
    clock: Callable[[], float] = time.monotonic

    @property
    def left_s(self) -> float:
        """Seconds that checks may still use; never less than nothing."""
        reserved_s = min(RESERVED_S, RESERVED_SHARE * self.whole_s)
        return max(0.0, self.begun_s + self.whole_s - reserved_s - self.clock())

    @property
    def until_end_s(self) -> float:
        """Seconds until the very end, after which nothing more may be done."""
        return max(0.0, self.begun_s + self.whole_s - self.clock())

    def before_it_began(self) -> str:
        """Says why a check was not begun."""
        return self._not_reached("before this was asked")

    def while_it_ran(self) -> str:
        """Says why a check was not ended."""
        return self._not_reached("while this was being judged")

    def _not_reached(self, when: str) -> str:
        return (
            f"Not reached: the time for the whole run ({self.whole_s:g} s) was over {when}. "
            "Nothing was judged here and nothing is lost. Whoever grades can allow more time with "
            "--deadline."
        )


def note_of(deadline: Deadline, names: Iterable[str], hidden: int) -> str:
    """Says in a report what a run did not reach.

    Args:
        deadline: of the run.
        names: of criteria with visible checks that were not reached.
        hidden: how many other checks were not; a student may read this, so they have no names.
    """
    parts = [*dict.fromkeys(names)]
    if hidden:
        parts.append(f"{hidden} hidden {'checks' if hidden > 1 else 'check'}")
    return (
        f"The time for the whole run ({deadline.whole_s:g} s) was over before all checks had been "
        f"judged. Not reached: {', '.join(parts)}. Their points stay open."
    )
