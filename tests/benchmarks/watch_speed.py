"""How long is it from a save to the answer? Beside a full check, in the same run.

    python tests/benchmarks/watch_speed.py [--rounds 5] [--out figures.json]

`grader check --watch` runs on a copy of the correct hand-in. Functions of `layers.py` are edited in
turn and saved; the time counts from the save until the line with the score is read from the
command's output, and until the first line, which tells what became of the function itself. Edits
are put back, and that is timed as well. In every round `grader check` is started once, as a cold
process. This file prints figures; it is no test.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cold_processes import PROJECT, summary, timed

HANDIN = PROJECT / "tests" / "handins" / "base"
SCORE = " of 100"  # ends the line that says what was earned
# By function, a text of it and what is written in its place.
EDITS = {
    "batchnorm_backward": (
        "    x_hat, centered, std, gamma = cache\n",
        "{}    dout = 1.1 * dout\n",
    ),
    "softmax_loss": ("def softmax_loss(x, y):\n", "{}    x = 1.1 * x\n"),
    "affine_forward": ("    out = rows.dot(w) + b\n", "{}    out = 1.1 * out\n"),
    "conv_backward_naive": ("def conv_backward_naive(dout, cache):\n", "{}    dout = 1.1 * dout\n"),
    "spatial_groupnorm_backward": (
        "def spatial_groupnorm_backward(dout, cache):\n",
        "{}    dout = 1.1 * dout\n",
    ),
}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each edit is made")
    parser.add_argument("--out", type=Path, help="also write the figures here, as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(options.rounds, Path(scratch))
    for name, found in figures.items():
        asked = f"  {found['asked']:>3} criteria" if "asked" in found else ""
        asked += f", the first after {found['first_s']:.2f} s" if "first_s" in found else ""
        times = f"{found['median']:6.2f} s ({found['min']:.2f}–{found['max']:.2f})"
        print(f"{name:28} {times}{asked}")
    if options.out is not None:
        options.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measure(rounds: int, scratch: Path) -> dict[str, Any]:
    """Returns medians and ranges, in seconds, by function, and of a full check."""
    work = scratch / "work"
    shutil.copytree(HANDIN, work, ignore=shutil.ignore_patterns("__pycache__"))
    environ = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"}
    environ["XDG_CACHE_HOME"] = str(scratch / "cache")
    command = [sys.executable, "-m", "grader", "check", str(work)]
    run = subprocess.Popen(
        [*command, "--watch"], env=environ, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    found: dict[str, list[float]] = {name: [] for name in (*EDITS, "full check")}
    first: dict[str, list[float]] = {name: [] for name in EDITS}
    asked: dict[str, int] = {}
    try:
        read_until(run, "Ctrl-C")
        for _ in range(rounds):
            for name, (old, new) in EDITS.items():
                for pair in ((old, new.format(old)), (new.format(old), old)):
                    first_s, wall_s, count = edit(run, work / "ece662" / "layers.py", *pair)
                    found[name].append(wall_s)
                    first[name].append(first_s)
                    asked[name] = count
            found["full check"].append(timed([*command, "--json", "-"], environ)[0])
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(30)
    return {
        name: {
            **summary(times),
            **(
                {"asked": asked[name], "first_s": summary(first[name])["median"]}
                if name in asked
                else {}
            ),
        }
        for name, times in found.items()
    }


def edit(run: subprocess.Popen[str], file: Path, old: str, new: str) -> tuple[float, float, int]:
    """Saves an edit; returns the seconds until the first answer and until all, and how many."""
    text = file.read_text(encoding="utf-8")
    if text.count(old) < 1:
        raise SystemExit(f"{old!r} is not in {file.name}; mend EDITS.")
    changed = text.replace(old, new, 1)
    begun_s = time.monotonic()
    file.write_text(changed, encoding="utf-8")
    lines = read_until(run, " saved: ")
    first_s = time.monotonic() - begun_s
    lines += read_until(run, SCORE)
    wall_s = time.monotonic() - begun_s
    (said,) = [line for line in lines if "judged again in" in line]
    return first_s, wall_s, int(said.split("saved: ")[1].split()[0])


def read_until(run: subprocess.Popen[str], words: str) -> list[str]:
    """Reads lines up to one that holds some words."""
    assert run.stdout is not None
    lines = []
    for line in run.stdout:
        lines.append(line)
        if words in line:
            return lines
    raise SystemExit("The command ended. It had said:\n" + "".join(lines))


if __name__ == "__main__":
    main()
