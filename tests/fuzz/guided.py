"""Fuzzes the targets guided by coverage: what reaches new code is changed further.

    python -m tests.fuzz.guided TARGET|all [--runs N] [--seconds S] [--keep FOLDER]

Needs atheris. Each target runs in a process of its own, because libFuzzer never returns and because
a crash of the interpreter must not end the others. One line of figures per target is printed.
Inputs that fail are kept below FOLDER, the shortest of each kind, and `test_fuzz.py` replays those
of `tests/fuzz/corpus` from then on. The exit code is 1 if there were any.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.fuzz.running import (
    CORPUS,
    MEMORY_MIB,
    attempt,
    bounded_memory,
    resident_mib,
    save,
)

PROJECT: Final = Path(__file__).resolve().parents[2]
HANG_S: Final = 30  # wall-clock; libFuzzer then ends a process that waits without using CPU time
GROWTH_MIB: Final = 64  # libFuzzer's own corpus and the tables of coverage included
SETTLED_AFTER: Final = 0.1  # of the inputs; by then everything is imported and cached
LONGEST: Final = 4096  # bytes of one input
EXIT_FOUND: Final = 1


class Campaign:
    """One target's run: counts, measures, and keeps what fails."""

    def __init__(self, name: str, run: Any, runs: int, seconds: float, keep: Path) -> None:
        self._name = name
        self._run = run
        self._runs = runs
        self._seconds = seconds
        self._keep = keep / name
        self._found: set[str] = set()
        self._count = 0
        self._begun_s = time.monotonic()
        self._begin_mib = resident_mib()
        self._settled_mib: float | None = None

    def one(self, data: bytes) -> None:
        """Takes one input from libFuzzer; ends the process after the last."""
        self._count += 1
        try:
            attempt(self._run, data)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._found.add(save(data, error, self._keep).name)
        elapsed_s = time.monotonic() - self._begun_s
        share = max(self._count / self._runs, elapsed_s / self._seconds)
        if self._settled_mib is None and share >= SETTLED_AFTER:
            self._settled_mib = resident_mib()
        if share >= 1:
            self._finish(elapsed_s)

    def _finish(self, elapsed_s: float) -> None:
        end_mib = resident_mib()
        figures = {
            "target": self._name,
            "inputs": self._count,
            "seconds": round(elapsed_s, 1),
            "per_second": round(self._count / elapsed_s),
            "begin_mib": round(self._begin_mib, 1),
            "settled_mib": round(self._settled_mib or end_mib, 1),
            "end_mib": round(end_mib, 1),
            "found": sorted(self._found),
        }
        print(json.dumps(figures), flush=True)
        os._exit(0)  # libFuzzer would go on


def fuzz(name: str, runs: int, seconds: float, keep: Path) -> None:
    """Fuzzes one target in this very process, and never returns."""
    import atheris

    with atheris.instrument_imports(include=["grader"], enable_loader_override=False):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    begin = Path(tempfile.mkdtemp())  # `launch` removes it: nothing is run after libFuzzer
    for number, content in enumerate(target.begin()):
        (begin / str(number)).write_bytes(content)
    (keep / name).mkdir(parents=True, exist_ok=True)
    options = [
        *(f"-max_len={LONGEST}", "-len_control=0", "-verbosity=0", "-print_final_stats=0"),
        *(f"-timeout={HANG_S}", "-rss_limit_mb=0"),  # the bound is on what may be asked for
        f"-artifact_prefix={keep / name}{os.sep}",  # of a crash of the interpreter itself
    ]
    campaign = Campaign(name, target.run, runs, seconds, keep)
    atheris.Setup([sys.argv[0], *options, str(begin)], campaign.one)
    with bounded_memory(MEMORY_MIB):
        atheris.Fuzz()


def launch(name: str, runs: int, seconds: float, keep: Path) -> dict[str, Any]:
    """Fuzzes one target in a process of its own and returns its figures."""
    command = [sys.executable, "-m", "tests.fuzz.guided", name, "--inside"]
    command += ["--runs", str(runs), "--seconds", str(seconds), "--keep", str(keep)]
    with tempfile.TemporaryDirectory() as scratch:
        ended = subprocess.run(
            command,
            cwd=PROJECT,
            env={**os.environ, "TMPDIR": scratch},
            capture_output=True,
            text=True,
            check=False,
        )
    lines = ended.stdout.splitlines()
    if ended.returncode == 0 and lines:
        figures: dict[str, Any] = json.loads(lines[-1])
        return figures
    found = [f"the process ended with {ended.returncode}", ended.stderr[-2000:]]
    return {"target": name, "inputs": 0, "found": found}


def grown(figures: dict[str, Any]) -> bool:
    """Tells whether a target's process grew more than a process that only fuzzes."""
    return bool(figures.get("end_mib", 0.0) - figures.get("settled_mib", 0.0) > GROWTH_MIB)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided")
    parser.add_argument("target", help="name of a target, or all")
    parser.add_argument("--runs", type=int, default=10**9, help="inputs per target")
    parser.add_argument("--seconds", type=float, default=60.0, help="per target; 60 unless given")
    parser.add_argument("--keep", type=Path, default=CORPUS, help="folder for inputs that fail")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if importlib.util.find_spec("atheris") is None:
        print("Guided fuzzing needs atheris: pip install atheris.", file=sys.stderr)
        return 2
    if given.inside:
        fuzz(given.target, given.runs, given.seconds, given.keep)
    from tests.fuzz.targets import TARGETS

    if given.target not in ("all", *TARGETS):
        parser.error(f"{given.target!r} is not a target; choose all or one of {', '.join(TARGETS)}")
    failed = False
    for name in TARGETS if given.target == "all" else [given.target]:
        figures = launch(name, given.runs, given.seconds, given.keep.resolve())
        failed |= bool(figures["found"]) or grown(figures)
        print(json.dumps(figures), flush=True)
    return EXIT_FOUND if failed else 0


if __name__ == "__main__":
    sys.exit(main())
