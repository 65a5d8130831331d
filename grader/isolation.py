"""How far workers are isolated on this machine, as it was seen and not as it was hoped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from tempfile import gettempdir

from grader import assignments
from grader.errors import HostLost, SandboxMissing, WorkerDidNotStart
from grader.records import Trust
from grader.worker import sandbox
from grader.worker.host import Host
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

TRY_NOTHING = Setup("nothing", ())


def begin_self_test(host: Host) -> Callable[[], Trust]:
    """Has a worker of a host try forbidden acts; the returned function waits for what was seen."""
    session, targets = WorkerSession(host, TRY_NOTHING), self_test_targets()
    finish = session.begin_self_test(targets)

    @cache
    def trust() -> Trust:
        try:
            return sandbox.trust(*finish())
        except HostLost:
            raise
        except WorkerDidNotStart:  # something on the machine may have ended it
            return sandbox.trust(*session.begin_self_test(targets)())

    return trust


def _temporary_folder() -> str:
    try:
        return gettempdir()
    except FileNotFoundError:  # there is no place to write to, for the grader neither
        return "/"


def self_test_targets() -> Mapping[str, str]:
    """Names what a worker must not reach, for the self-test."""
    return {
        "file": __file__,
        "folder": _temporary_folder(),
        "reference": str(assignments.HOME / "reference"),
    }


def self_test(wrapped: bool = True) -> tuple[Trust, str]:
    """Says how far a worker is isolated on this machine.

    Args:
        wrapped: whether to try bubblewrap.

    Returns:
        What was found, and why bubblewrap is not in use; empty where it is.

    Raises:
        WorkerDidNotStart: no worker could be started.
    """
    with WorkerService(wrapped=wrapped) as service:
        host = service.host()
        try:
            return begin_self_test(host)(), service.unwrapped_because
        finally:
            host.close()


def not_isolated(trust: Trust) -> SandboxMissing:
    """Says why no score is given on this machine."""
    lacking = ", ".join((*sandbox.missing_for_scores(trust), *trust.allowed))
    return SandboxMissing(
        f"This machine cannot isolate a hand-in well enough for its score to count: its workers "
        f"reach tier {trust.tier}, and tier B lacks {lacking}. No score was written. Use Linux "
        "5.13 or newer on x86-64 or aarch64 with Landlock and seccomp enabled, in a container or "
        "not; `grader doctor` says what each of these is. `--sandbox auto` grades all the same, "
        "and the report then says that the score is not to be relied on."
    )
