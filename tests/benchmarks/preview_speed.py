"""How long `grader rubric preview` takes for the reports of a course.

    python tests/benchmarks/preview_speed.py [--reports 300] [--report FILE]

One report, of the example hand-in unless a file is given, is copied under other names, in each of
which other checks have failed. The edit changes points, a weight and a tolerance. It prints the
seconds of a whole process, start included, and where they go. The aim is 2 s for 300 reports. As
after an installation, the package's bytecode is there before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "umass_ece697ls_a1"
RUBRIC = ROOT / "rubrics" / ASSIGNMENT / "rubric.yaml"
LOST = 0.1  # of the checks fail


def grade(folder: Path) -> Path:
    """Grades the example hand-in once."""
    options = ["--assignment", ASSIGNMENT, "--no-training", "--sandbox", "auto"]
    command = [sys.executable, "-m", "grader", "grade", str(ROOT / "tests/handins/base")]
    subprocess.run([*command, *options, "--out", str(folder)], check=False, capture_output=True)
    return folder / "base.json"


def copies(report: Path, count: int, folder: Path) -> list[Path]:
    """Writes variants of a report in which other checks have failed."""
    data = json.loads(report.read_text("utf-8"))
    rng = random.Random(0)  # noqa: S311  # no secret
    paths = []
    for number in range(count):
        data["handin"]["id"] = f"student{number}"
        for criterion in data["criteria"]:
            for check in criterion["checks"]:
                if check["outcome"] == "passed" and rng.random() < LOST:
                    check["outcome"], check["credit"] = "failed", 0.0
        paths.append(folder / f"student{number}.json")
        paths[-1].write_text(json.dumps(data, indent=2), "utf-8")
        data = json.loads(report.read_text("utf-8"))
    return paths


def edited(folder: Path) -> Path:
    """Writes an edit of the rubric."""
    text = RUBRIC.read_text("utf-8")
    text = text.replace("points: 4\n", "points: 6\n", 1).replace("weight: 0.5", "weight: 0.7", 1)
    path = folder / "edited.yaml"
    path.write_text(text.replace("rtol: 1.0e-5", "rtol: 1.0e-4", 1), "utf-8")
    return path


def main() -> None:
    """Measures, and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = copies(given.report or grade(folder), given.reports, folder)
        size = paths[0].stat().st_size / 1e6
        command = [sys.executable, "-m", "grader", "rubric", "preview", str(edited(folder))]
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        first = [*command, str(paths[0])]
        subprocess.run(first, capture_output=True, check=False, env=environment)
        for label, more in (("without --before", []), ("with --before", ["--before", str(RUBRIC)])):
            begun, spent = time.perf_counter(), os.times().children_user
            ran = subprocess.run(
                [*command, *map(str, paths), *more, "--json"],
                capture_output=True,
                check=False,
                env=environment,
            )
            took, spent = time.perf_counter() - begun, os.times().children_user - spent
            told = len(json.loads(ran.stdout)["hand_ins"]) if ran.stdout else 0
            print(f"{told} reports of {size:.2f} MB, {label}: {took:.2f} s, {spent:.2f} s of CPU")
        from grader.preview.stored import read_stored

        begun = time.perf_counter()
        for path in paths:
            read_stored(path)
        print(f"of which reading: {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
