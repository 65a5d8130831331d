"""Runs of `grader grade` that something happens to, and what must be true of them afterwards.

A run has a supervisor: a process that inherits all orphans below it and ends when the last of them
has ended. So that the supervisor ended proves that nothing of the grader is left. See
`fault_processes` for how the grader's processes are found.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from grader.records import Outcome
from grader.report.signature import SignatureState, check_signature
from grader.report.storage import read_report, read_report_json
from grader.unfinished import NOT_FINISHED
from tests.acceptance.fault_processes import children, descendants, lives
from tests.acceptance.handins import BASE, HANDINS, PACKAGE, ROOT, compose

ASSIGNMENT: Final = "umass_ece697ls_a1"
SECRET: Final = "a secret of these tests"  # noqa: S105  # protects nothing
WALL_S: Final = 180.0  # of one run, on a machine that does much else
END_S: Final = 15.0  # after the end of the grader, for all that it has started
ALONE: Final = {"wall_s", "cpu_s", "started", "signature"}  # what two runs need not have in common

# Its exit code is the grader's, as a shell says it.
SUPERVISOR: Final = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
grader = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
while True:
    try:
        pid, status = os.wait()
    except ChildProcessError:
        break
    if pid == grader:
        code = os.waitstatus_to_exitcode(status)
os._exit(code if code >= 0 else 128 - code)
"""


def handins(into: Path) -> dict[str, Path]:
    """Makes a hand-in that is right, and one that is wrong, is lent to, and ends its process."""
    right = into / "right"
    shutil.copytree(BASE, right, ignore=shutil.ignore_patterns("__pycache__"))
    wrong = compose(HANDINS / "wrong" / "batchnorm_forward_wrong_axis", into / "wrong")
    change(wrong, "import os\n\ndef svm_loss(x, y):\n    os._exit(7)\n")
    return {"right": right, "wrong": wrong}


def change(handin: Path, source: str) -> Path:
    """Adds definitions to a hand-in's layers, which take the place of what is there."""
    with (handin / PACKAGE / "layers.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\n{source}")
    return handin


def command(*arguments: str | Path) -> list[str]:
    """Makes a command line of the grader."""
    return [sys.executable, "-m", "grader", *map(str, arguments)]


def environment(tier: str, **more: str) -> dict[str, str]:
    """Makes the environment of a run; on tier B there is no bubblewrap to be found."""
    kept = {name: value for name, value in os.environ.items() if name != "GRADER_SECRET"}
    path = {} if tier == "A" else {"PATH": "/nowhere"}
    fixed = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "GRADER_SECRET": SECRET}
    return {**kept, **fixed, **path, **more}


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left.

    Attributes:
        code: the grader's exit code; 128 and the signal's number if one ended it.
        reports: JSON of the reports, by hand-in; each has been validated, its signature too.
        said: what was printed of each hand-in, by its name.
        errors: what was written to stderr.
        scratch: names of what is left in the folder for temporary files.
        others: names in the reports' folder that are no reports.
        left: processes that were still there `END_S` after the grader's end, in words.
        wall_s: how long it took.
    """

    code: int
    reports: Mapping[str, Any]
    said: Mapping[str, Any]
    errors: str
    scratch: list[str]
    others: list[str]
    left: list[str]
    wall_s: float


Happening = Callable[[int], None]  # is given the grader's process id


def run(
    handins: Mapping[str, Path],
    folder: Path,
    happening: Happening = lambda pid: None,
    *,
    tier: str = "A",
    within: tuple[str | Path, ...] = (),
) -> Run:
    """Grades hand-ins, has something happen meanwhile, and waits until nothing is left.

    Args:
        handins: folders by name.
        folder: for the reports and temporary files; made.
        happening: what happens; it returns when it has, or when there is nothing for it to do.
        tier: `A` with bubblewrap, `B` without.
        within: a command that becomes the grader's; it begins in the folder for temporary files.
    """
    out, scratch = folder / "out", folder / "tmp"
    for each in (out, scratch):
        each.mkdir(parents=True)
    asked = command(
        "grade",
        "--no-training",
        *handins.values(),
        "--out",
        out,
        "--json",
        "--assignment",
        ASSIGNMENT,
    )
    begun_s = time.monotonic()
    with (folder / "stdout").open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", SUPERVISOR, *map(str, within), *asked],
            cwd=scratch,
            env=environment(tier, TMPDIR=str(scratch)),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
        with _ending(supervisor):
            grader = _grader_of(supervisor)
            happening(grader)
            _wait_for(lambda: not lives(grader), WALL_S)
            _wait_for(lambda: supervisor.poll() is not None, END_S)
            left = [_words(pid) for pid in descendants(supervisor.pid)]
            assert not lives(grader), f"the grader has not ended after {WALL_S:g} s"
            for pid in descendants(supervisor.pid):
                os.kill(pid, signal.SIGKILL)
            code = supervisor.wait(END_S)
    written = sorted(path for path in out.iterdir())
    reports = {path.stem: read(path) for path in written if path.suffix == ".json"}
    lines = (folder / "stdout").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    return Run(
        code=code,
        reports=reports,
        said={Path(line["path"]).name: line for line in said},
        errors=(folder / "stderr").read_text(encoding="utf-8"),
        scratch=sorted(path.name for path in scratch.iterdir()),
        others=[path.name for path in written if path.suffix != ".json"],
        left=left,
        wall_s=time.monotonic() - begun_s,
    )


def read(path: Path) -> Any:
    """Reads a report and sees that it is valid, and signed with the secret of these tests."""
    read_report(path)
    found = read_report_json(path)
    assert check_signature(found, SECRET.encode()) is SignatureState.GENUINE
    return found


@contextmanager
def _ending(supervisor: subprocess.Popen[bytes]) -> Iterator[None]:
    """Ends what is still there when a test fails."""
    try:
        yield
    finally:
        if supervisor.poll() is None:
            for pid in (*descendants(supervisor.pid), supervisor.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            supervisor.wait()


def _grader_of(supervisor: subprocess.Popen[bytes]) -> int:
    while supervisor.poll() is None:
        for pid in children(supervisor.pid):
            return pid
        time.sleep(0.001)
    return 0


def _wait_for(true: Callable[[], bool], wall_s: float) -> None:
    end_s = time.monotonic() + wall_s
    while not true() and time.monotonic() < end_s:
        time.sleep(0.005)


def _words(pid: int) -> str:
    with suppress(OSError):
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        name, _, rest = text.partition("(")[2].rpartition(")")
        return f"{name}, state {rest.split()[0]}, user {Path(f'/proc/{pid}').stat().st_uid}"
    return ""


def assert_true(done: Run, usual: Run, names: Mapping[str, Path]) -> int:
    """Asserts that a disturbed run told nothing that is wrong; returns how much it left unjudged.

    Args:
        done: the run.
        usual: the same without a disturbance.
        names: the hand-ins.
    """
    assert "Traceback" not in done.errors
    unjudged = 0
    for name in names:
        if name in done.said and "score" in done.said[name]:
            assert name in done.reports, "a result was told whose report is not there"
            assert done.said[name]["score"] == done.reports[name]["score"]
        if name in done.reports:
            unjudged += _assert_true_report(done.reports[name], usual.reports[name])
    return unjudged


def assert_exit_code(done: Run, names: Mapping[str, Path]) -> None:
    """Asserts that the code of a grader that came to its end says what became of the hand-ins."""
    codes = []
    for name in names:
        report = done.reports.get(name)
        if report is None:
            assert f"/{name}: " in done.errors, "a hand-in is missing, and nobody says so"
            codes.append(3)
        elif report["score"]["needs_review"]:
            codes.append(3)
        else:
            # What waits for a person, or was not asked for, is no loss.
            lost = (check["credit"] < 1 for check in _judged(report))
            codes.append(int(any(lost)))
        assert done.said[name]["exit_code"] == codes[-1]
    assert done.code == max(codes), done.errors


def _judged(report: Any) -> Iterator[Any]:
    checks = (check for one in report["criteria"] for check in one["checks"])
    open_ = (Outcome.NOT_RUN_HERE, Outcome.UNJUDGED)
    return (check for check in checks if check["outcome"] not in open_)


def _assert_true_report(found: Any, usual: Any) -> int:
    for key in ("schema_version", "assignment", "mode", "environment"):
        assert found[key] == usual[key]
    assert found["handin"]["digest"] == usual["handin"]["digest"]
    assert found["trust"]["isolated"] is True
    unjudged = unfinished = 0
    # On whose pieces a check was judged follows from what was known of them by then.
    checks = [check for one in found["criteria"] for check in one["checks"]]
    if any(check["outcome"] == Outcome.UNJUDGED for check in checks):
        found, usual = _without_loans(found), _without_loans(usual)
    for one, same in zip(found["criteria"], usual["criteria"], strict=True):
        pairs = list(zip(one["checks"], same["checks"], strict=True))
        lacking = [check for check, _ in pairs if check["outcome"] == Outcome.UNJUDGED]
        ended = [check for check in lacking if check["message"] == NOT_FINISHED]
        unfinished += len(ended)
        unjudged += len(lacking) - len(ended)
        if not lacking:
            _assert_same(one, same)
        for check, usually in pairs:
            if check in lacking:
                assert check["message"].endswith("."), check["message"]
            else:
                _assert_same(check, usually)
        told = f"{one['id']}: {same['awarded']} is not in {one['lower']} to {one['upper']}"
        assert one["lower"] <= same["awarded"] <= one["upper"], told
    score, true = found["score"], usual["score"]["awarded"]
    assert unfinished == 0 or not found["finished"]
    assert score["needs_review"] is (unjudged > 0 or not found["finished"])
    assert score["lower"] <= true <= score["upper"], f"{true} is not in {score}"
    return unjudged


def _assert_same(found: Any, usual: Any) -> None:
    one, same = without_times(found), without_times(usual)
    told = [f"{key}: {one[key]} for {same[key]}" for key in same if one[key] != same[key]]
    assert not told, f"In {same['id']} " + "; ".join(told)[:2000]


# What explains a failed check is put in at the end of a run, so that one that is ended has none.
EXPLAINED = ("diagnosis", "reproducer", "hint")
LENT = "Judged with the course's own "


def _without_loans(value: Any) -> Any:
    """Leaves out on whose pieces a check was judged."""
    if isinstance(value, dict):
        return {key: _without_loans(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_loans(item) for item in value if not str(item).startswith(LENT)]
    return value


def without_times(value: Any) -> Any:
    """Leaves out what two runs need not have in common: times, and what explains failures."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in (*ALONE, *EXPLAINED)}
        return {key: without_times(item) for key, item in kept.items()}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def has_bubblewrap() -> bool:
    """Tells whether tier A can be had here: bubblewrap is there and works."""
    program = shutil.which("bwrap")
    if program is None:
        return False
    tried = [program, "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true"]
    return subprocess.run(tried, cwd=tempfile.gettempdir(), check=False).returncode == 0
