"""Whatever is killed, full, or missing while hand-ins are graded: no report is lost, half or wrong.

`FAULTS=200 python -m pytest tests/acceptance/test_faults.py -k random` kills at more moments than
the ten of a usual run; `FAULTS_FROM=1000` takes other ones.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from grader.errors import WorkerOutOfTime, WorkerStarved
from grader.worker.endings import late
from tests.acceptance import fault_processes as ps
from tests.acceptance import fault_runs as runs
from tests.acceptance.fault_runs import Happening, Run

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="finds the grader's processes in /proc"
)

FAULTS: Final = int(os.environ.get("FAULTS", "10"))
FIRST: Final = int(os.environ.get("FAULTS_FROM", "0"))
KILLS: Final = (
    *(("A", kind) for kind in ("worker", "zygote", "host", "grader", "bwrap")),
    *(("B", kind) for kind in ("worker", "zygote", "host", "grader")),
)

ATTEMPTS: Final = 3  # at what a busy machine may keep from happening


@pytest.fixture(scope="module")
def handins(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return runs.handins(tmp_path_factory.mktemp("handins"))


@pytest.fixture(scope="module")
def usual(
    handins: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Run]:
    """Runs that nothing happens to, one for each tier."""

    @cache
    def of(tier: str) -> Run:
        if tier == "A" and not runs.has_bubblewrap():
            pytest.skip("bubblewrap is not installed here, or may not make namespaces.")
        done = runs.run(handins, tmp_path_factory.mktemp(tier) / "usual", tier=tier)
        assert done.code == 1, done.errors
        assert (done.scratch, done.others, done.left, done.errors) == ([], [], [], "")
        assert [report["trust"]["tier"] for report in done.reports.values()] == [tier, tier]
        assert runs.assert_true(done, done, handins) == 0
        return done

    return of


def at(
    moment_s: float, kind: str, number: int, chance: random.Random, seen: list[str]
) -> Happening:
    """Makes a signal come at a moment, or at the next at which there is such a process."""

    def happening(grader: int) -> None:
        time.sleep(moment_s)
        while ps.lives(grader):
            if ps.send(grader, kind, number, chance.randrange):
                seen.append(kind)
                return
            time.sleep(0.0005)

    return happening


@pytest.mark.parametrize("number", range(FIRST, FIRST + FAULTS))
def test_a_kill_at_a_random_moment_makes_no_report_wrong_or_half(
    number: int,
    handins: dict[str, Path],
    usual: Callable[[str], Run],
    tmp_path: Path,
) -> None:
    tier, kind = KILLS[number % len(KILLS)]
    undisturbed = usual(tier)
    chance = random.Random(number)  # noqa: S311  # moments, no secrets
    moment_s = chance.uniform(0, undisturbed.wall_s)
    seen: list[str] = []
    happening = at(moment_s, kind, signal.SIGKILL, chance, seen)
    done = runs.run(handins, tmp_path / "run", happening, tier=tier)

    unjudged = runs.assert_true(done, undisturbed, handins)
    if done.code == 128 + signal.SIGKILL:
        assert seen == ["grader"]
        assert unjudged == 0
        assert not any(line.get("error") for line in done.said.values())
    else:
        assert done.others == []
        runs.assert_exit_code(done, handins)
        if kind == "worker":
            assert unjudged == 0, "the check is asked once more"
    missing = sorted(set(handins) - set(done.reports))
    print(
        f"{number} {tier} {kind} at {moment_s:.2f} s: {len(seen)} killed, code {done.code}, ",
        end="",
    )
    print(f"{unjudged} unjudged, missing {missing}, {done.scratch} and {done.left} left")
    assert done.scratch == []
    assert done.left == []


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["A", "B"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("number", range(FIRST, FIRST + max(1, FAULTS // 10)))
def test_a_grader_that_is_stopped_at_a_random_moment_ends_cleanly(
    number: int,
    name: str,
    tier: str,
    handins: dict[str, Path],
    usual: Callable[[str], Run],
    tmp_path: Path,
) -> None:
    undisturbed = usual(tier)
    stop = signal.Signals[name]
    chance = random.Random(f"{name} {number}")  # noqa: S311  # as above
    moment_s = chance.uniform(0.3, undisturbed.wall_s)
    seen: list[str] = []
    happening = at(moment_s, "grader", stop, chance, seen)
    done = runs.run(handins, tmp_path / "run", happening, tier=tier)

    assert runs.assert_true(done, undisturbed, handins) == 0
    assert done.code in ((128 + stop) if seen else 1, 1)
    if done.code == 1:
        runs.assert_exit_code(done, handins)
    assert (done.scratch, done.others, done.left) == ([], [], [])


@pytest.mark.parametrize("tier", ["A", "B"])
def test_a_zygote_that_is_lost_while_functions_are_lent_takes_no_points(
    tier: str, handins: dict[str, Path], usual: Callable[[str], Run], tmp_path: Path
) -> None:
    undisturbed = usual(tier)

    def happening(grader: int) -> None:
        while ps.lives(grader):
            # The course's host, the hand-in's, and, as soon as something is lent, the lender's.
            if len(ps.processes(grader)["host"]) > 2:
                assert ps.send(grader, "zygote", signal.SIGKILL, lambda _: 0)
                return
            time.sleep(0.0005)

    one = {"wrong": handins["wrong"]}
    done = runs.run(one, tmp_path / "run", happening, tier=tier)
    assert runs.assert_true(done, undisturbed, one) > 0
    runs.assert_exit_code(done, one)
    assert done.code == 3


def burns_s(pid: int) -> float:
    """Reads the processor time of a process; 0 when it has ended."""
    try:
        return time.clock_gettime(((~pid) << 3) | 2)  # see clock_getcpuclockid(3)
    except OSError:
        return 0.0


@pytest.mark.slow
def test_a_worker_that_is_killed_each_time_as_if_out_of_memory_is_left_unjudged(
    handins: dict[str, Path], usual: Callable[[str], Run], tmp_path: Path
) -> None:
    undisturbed = usual("B")
    killed: list[int] = []
    endless = tmp_path / "right"
    shutil.copytree(handins["right"], endless)
    runs.change(endless, "def svm_loss(x, y):\n    while True:\n        pass\n")

    def happening(grader: int) -> None:
        while ps.lives(grader):
            workers = ps.processes(grader)["worker"]
            for index, pid in enumerate(workers):
                # Nothing else in this hand-in computes for so long at a time.
                if burns_s(pid) > 2.0 and pid not in killed:
                    ps.send(grader, "worker", signal.SIGKILL, lambda _, at=index: at)
                    killed.append(pid)
            time.sleep(0.01)

    for attempt in range(ATTEMPTS):
        killed.clear()
        done = runs.run({"right": endless}, tmp_path / f"run{attempt}", happening, tier="B")
        assert done.code == 3
        report = done.reports["right"]
        (one,) = (each for each in report["criteria"] if each["id"] == "svm_loss")
        if not any("was too busy" in check["message"] for check in one["checks"]):
            break  # else no worker got 2 s of the processor before its limit
    (same,) = (
        each for each in undisturbed.reports["right"]["criteria"] if each["id"] == "svm_loss"
    )
    assert len(killed) == 2 * len(one["checks"]), "each check is asked twice, and no more"
    assert (one["lower"], one["upper"]) == (0, same["points"])
    for check in one["checks"]:
        assert check["outcome"] == "unjudged"
        assert check["message"] == (
            "The process that ran the hand-in was killed from outside, as a machine does that "
            "runs out of memory. This is no fault of the hand-in. Free memory, or grade fewer "
            "hand-ins at a time, and run the command again."
        )
    assert report["score"]["upper"] == report["score"]["possible"]
    assert report["score"]["needs_review"] is True


SMALL_DISK: Final = """
"$0" -t tmpfs -o "size=1m,nr_inodes=$1" none . && cd "$PWD" && shift && exec "$@"
"""


def mounts() -> tuple[str, ...]:
    """Begins a command that can mount what nobody else sees; skips the test where none can."""
    found = shutil.which("unshare")
    if found is None:
        pytest.skip("There is no `unshare` here to make a small disk with.")
    own = (found, "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",)))
    tried = subprocess.run([*own, "sh", "-c", "mount -t tmpfs none /mnt"], check=False)
    if tried.returncode:
        pytest.skip("This account may not mount a small disk.")
    return (*own, "/bin/sh", "-c")


@pytest.mark.slow
@pytest.mark.parametrize("inodes", [2, 3, 4, 5, 6, 7, 9])
def test_a_scratch_disk_without_room_is_no_fault_of_the_hand_in(
    inodes: int, handins: dict[str, Path], usual: Callable[[str], Run], tmp_path: Path
) -> None:
    undisturbed = usual("B")
    one = {"right": handins["right"]}
    small = (*mounts(), SMALL_DISK, shutil.which("mount") or "mount", str(inodes))
    done = runs.run(one, tmp_path / "run", tier="B", within=small)
    runs.assert_true(done, undisturbed, one)
    assert done.code == 3
    if not done.reports:
        why = ("No space left on device", "This machine cannot isolate a hand-in")
        assert done.errors.count("\n") == 1
        assert any(sentence in done.errors for sentence in why), done.errors


@pytest.mark.slow
@pytest.mark.parametrize("limit", [2, 3, 4, 5, 6, 7, 8, 12])
@pytest.mark.parametrize("tier", ["A", "B"])
def test_a_full_process_table_is_no_fault_of_the_hand_in(
    tier: str, limit: int, handins: dict[str, Path], usual: Callable[[str], Run], tmp_path: Path
) -> None:
    usual(tier)
    if os.geteuid() == 0:
        pytest.skip("The limit does not count for root; run this test as another user.")
    prlimit = shutil.which("prlimit")
    if prlimit is None:
        pytest.skip("There is no `prlimit` here to limit the number of processes with.")
    one = {"right": handins["right"]}
    mine = sum(Path(f"/proc/{pid}").stat().st_uid == os.getuid() for pid in _pids())
    limited = (prlimit, f"--nproc={mine + limit}")
    done = runs.run(one, tmp_path / "run", tier=tier, within=limited)
    runs.assert_true(done, usual(tier), one)
    assert done.code in (0, 3)


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


@pytest.mark.parametrize(
    ("used_s", "waited_s", "fault"),
    [
        (0.1, 7.9, WorkerStarved),
        (1.9, 2.1, WorkerStarved),
        (2.1, 2.0, WorkerOutOfTime),  # on a machine with as much to do it had half of the time
        (7.9, 0.1, WorkerOutOfTime),
        (0.0, 0.0, WorkerOutOfTime),  # it slept
        (0.0, 2.0, WorkerOutOfTime),  # and waited a quarter of the time, but no longer
    ],
)
def test_a_worker_without_a_processor_is_not_said_to_be_slow(
    used_s: float, waited_s: float, fault: type[Exception]
) -> None:
    assert type(late(8.0, used_s, waited_s)) is fault


@pytest.mark.parametrize(
    ("shell", "code"),
    [
        ('"$@" | head -n 1', 0),
        ('"$@" >&-', 0),
        ('"$@" 2>&-', 0),
        ('"$@" <&-', 0),
        ('"$@" </dev/null >/dev/full', 3),
        ('TERM=dumb "$@"', 0),
    ],
)
def test_a_command_without_its_streams_ends_without_a_traceback(
    shell: str, code: int, handins: dict[str, Path], tmp_path: Path
) -> None:
    asked = runs.command("check", handins["right"])
    done = subprocess.run(
        ["/bin/sh", "-c", shell, "sh", *asked],
        env=runs.environment("A"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=runs.WALL_S,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "please report it" not in done.stderr
    assert done.returncode == code, done.stderr
