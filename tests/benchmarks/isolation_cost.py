"""What isolation costs: workers of each tier beside unconfined ones, in one run.

    python tests/benchmarks/isolation_cost.py [--rounds N]

Goals: at most 15 ms more for a hand-in, at most 5 ms more for a group of checks. A hand-in costs a
host that compiles it, the self-test, and its first answer; a group costs a fresh worker and its
first answer. Medians of rounds that take turns, so that all kinds see the same machine.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from grader.isolation import self_test_targets
from grader.records import Limits
from grader.worker import sandbox
from grader.worker.program import Program
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

HANDIN = Path(__file__).parents[1] / "handins" / "base" / "ece662"
GOALS_MS = {"hand-in": 15.0, "group": 5.0}
GROUPS = 20


def asking() -> Program:
    program = Program()
    program.resolve("layers.affine_forward")
    return program


def timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)


def one_handin(
    service: WorkerService, sources: dict[str, bytes], confined: bool
) -> Iterator[tuple[str, float]]:
    """Yields what was timed, in milliseconds."""
    begun = time.perf_counter()
    host = service.host(confined)
    session = WorkerSession(host, Setup("handin", ("ece662",), confined=confined))
    # As in `grader.rooms`: it works while the host compiles. Unconfined, nothing is tested.
    finish = session.begin_self_test(self_test_targets()) if confined else None
    host.load("handin", sources, {})()
    session.begin_group(Limits())
    session.run(asking())
    if finish:
        sandbox.trust(*finish())
    yield "hand-in", 1000 * (time.perf_counter() - begun)
    for _ in range(GROUPS):
        session.begin_group(Limits())
        yield "group", timed(lambda: session.run(asking()))
    for _ in range(GROUPS):
        yield "program", timed(lambda: session.run(asking()))
    session.close()
    host.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    sources = {
        path.relative_to(HANDIN).as_posix(): path.read_bytes() for path in HANDIN.rglob("*.py")
    }
    taken: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    with ExitStack() as stack:
        plain = stack.enter_context(WorkerService(wrapped=False))
        wrapped = stack.enter_context(WorkerService())
        kinds = {
            "unconfined": (plain, False),
            "tier B": (plain, True),
            "tier A": (wrapped, True),
        }
        wrapped.versions()
        if wrapped.unwrapped_because:
            print(f"tier A is left out: {wrapped.unwrapped_because}")
            del kinds["tier A"]
        for _ in range(rounds):
            for kind, (service, confined) in kinds.items():
                for what, ms in one_handin(service, sources, confined):
                    taken[what, kind].append(ms)
    print(f"{'':10}{'':12}{'median ms':>10}{'more':>8}{'goal':>8}")
    for what in ("hand-in", "group", "program"):
        base = statistics.median(taken[what, "unconfined"])
        for kind in kinds:
            median = statistics.median(taken[what, kind])
            goal = GOALS_MS.get(what)
            said = f"{goal:8.1f}" if goal and kind != "unconfined" else " " * 8
            print(f"{what:10}{kind:12}{median:10.2f}{median - base:8.2f}{said}")


if __name__ == "__main__":
    main()
