"""How fast is the grader? Measured in one run, beside the ways that it replaces.

    python tests/benchmarks/check_speed.py [--rounds 5] [--out figures.json]

Four ways to judge the same hand-in are started in turn, round by round, each as a cold process:

* *differences*: what the course's notebook does. Every element of every gradient that the rubric
  asks for is compared with a central difference, in the process itself;
* *plain pytest*: a generated test module that imports the hand-in and compares the same outputs and
  gradients with numbers of the reference that are on disk already;
* `grader check` and `grader grade`.

The first two give the hand-in everything: reference values, inputs and the process that judges.

Then a row for each other assignment: `grader check` on its correct hand-in, all of it and the part
that needs no PyTorch, beside tests in the style of the course itself (`course_tests`), which run in
the process that they judge.
This file prints figures; it is no test.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import course_speed
from cold_processes import PROJECT, summary, timed

HANDIN = PROJECT / "tests" / "handins" / "base"
ASSIGNMENT = "umass_ece697ls_a1"
ROUND_TRIPS = 2000
STARTS = 9

PLAIN_TESTS = """
import sys
import pytest
sys.path[:0] = {path!r}
from plain_questions import load, judge
QUESTIONS = load({questions!r})

@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_question(question):
    judge(question)
"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each way is started")
    parser.add_argument("--handin", type=Path, default=HANDIN)
    parser.add_argument("--out", type=Path, help="also write the figures here, as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(options.handin.resolve(), options.rounds, Path(scratch))
    print(table(figures))
    if options.out is not None:
        options.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measure(handin: Path, rounds: int, scratch: Path) -> dict[str, Any]:
    """Runs everything and returns the figures; times in seconds unless the name says otherwise."""
    plain = Path(__file__).with_name("plain_questions.py")
    questions = scratch / "questions.pickle"
    tests = scratch / "test_plain.py"
    prepared = _run([sys.executable, plain, "prepare", questions])
    counts = json.loads(prepared.stdout)
    path = [str(handin), str(plain.parent)]
    tests.write_text(PLAIN_TESTS.format(path=path, questions=str(questions)), encoding="utf-8")

    grader = [sys.executable, "-m", "grader"]
    graded = [handin, "--assignment", ASSIGNMENT]
    quiet = ["-q", "-p", "no:cacheprovider", f"--rootdir={scratch}", "-c", os.devnull]
    ways: dict[str, list[Any]] = {
        "differences_visible": [sys.executable, plain, "differences", questions, handin, "visible"],
        "differences_all": [sys.executable, plain, "differences", questions, handin, "all"],
        "pytest_visible": [sys.executable, "-m", "pytest", *quiet, "-k", "visible", tests],
        "pytest_all": [sys.executable, "-m", "pytest", *quiet, tests],
        "check": [*grader, "check", *graded],
        "grade": [*grader, "grade", *graded, "--out", scratch / "out"],
        "help": [*grader, "--help"],
    }
    wall_s: dict[str, list[float]] = {name: [] for name in ways}
    rss_mib: dict[str, list[float]] = {name: [] for name in ways}
    for way in ("check", "pytest_all"):  # fills the caches of the disk; not counted
        timed(ways[way])
    for _ in range(rounds):
        for name, command in ways.items():
            wall, rss = timed(command)
            wall_s[name].append(wall)
            rss_mib[name].append(rss)
    for _ in range(STARTS - rounds):
        wall_s["help"].append(timed(ways["help"])[0])
    courses = {name: course_speed.rows(name, rounds) for name in course_speed.assignments()}
    trips = json.loads(_run([sys.executable, __file__, "--round-trips"]).stdout)
    return {
        "machine": {"python": sys.version.split()[0], "cores": os.cpu_count()},
        "rounds": rounds,
        "questions": counts,
        "wall_s": {name: summary(values) for name, values in wall_s.items()},
        "peak_rss_mib": {name: max(values) for name, values in rss_mib.items()},
        "round_trip_us": trips,
        "courses": courses,
    }


def _run(command: list[Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True, cwd=PROJECT
    )


def round_trips() -> dict[str, float]:
    """Sends 1 KiB to a worker and has it sent back, many times; microseconds."""
    import numpy as np

    from grader.worker.program import Program
    from grader.worker.service import WorkerService
    from grader.worker.session import Setup, WorkerSession

    sent = np.arange(128.0)  # 1 KiB
    taken = []
    with WorkerService() as service:
        host = service.host()
        host.load("handin", {"layers.py": b""}, {})()
        session = WorkerSession(host, Setup("handin", ("ece662",)))
        for _ in range(ROUND_TRIPS):
            program = Program()
            slot = program.export(program.new(sent))
            begun_s = time.perf_counter()
            replies = session.run(program)
            taken.append(1e6 * (time.perf_counter() - begun_s))
            if not np.array_equal(replies.value(slot), sent):
                raise SystemExit("The worker sent something else back.")
        session.end_group()
    return summary(taken)


def table(figures: dict[str, Any]) -> str:
    """Lays the figures out beside their targets."""
    wall = {name: value["median"] for name, value in figures["wall_s"].items()}
    counts, rss = figures["questions"], figures["peak_rss_mib"]
    trip = figures["round_trip_us"]["median"]
    rows = [
        ("way", "median", "min", "max", "peak MiB"),
        *(
            (name, *(f"{value[key]:.3f} s" for key in ("median", "min", "max")), f"{rss[name]:.0f}")
            for name, value in figures["wall_s"].items()
        ),
    ]
    targets = [
        ("differences / check, visible", wall["differences_visible"] / wall["check"], "x", ">= 10"),
        ("differences / grade, all", wall["differences_all"] / wall["grade"], "x", ">= 10"),
        ("check / plain pytest, visible", wall["check"] / wall["pytest_visible"], "x", "-"),
        ("grade / plain pytest, all", wall["grade"] / wall["pytest_all"], "x", "-"),
        ("grader check, cold", wall["check"], "s", "<= 2"),
        ("grader --help, cold", wall["help"], "s", "< 0.2"),
        ("worker round trip, 1 KiB", trip, "us", "< 50"),
        ("peak memory of grader check", rss["check"], "MiB", "< 150"),
        ("peak memory of grader grade", rss["grade"], "MiB", "< 150"),
    ]
    lines = [
        f"{counts['gradients_visible']} visible gradient questions of {counts['gradients']}; "
        f"plain pytest asks {counts['plain_visible']} of {counts['plain']}; the grader asks "
        f"{counts['checks_visible']} of {counts['checks']} checks. {figures['rounds']} rounds.",
        "",
        *("{:<22}{:>11}{:>11}{:>11}{:>10}".format(*row) for row in rows),
        "",
        f"{'figure':<32}{'measured':>14}   target",
        *(f"{name:<32}{value:>10.3g} {unit:<4}  {goal}" for name, value, unit, goal in targets),
        "",
        f"{'assignment':<28}{'check':>9}{'NumPy part':>12}{'own tests':>11}   targets",
        *(course_speed.line(name, rows) for name, rows in figures["courses"].items()),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] == ["--round-trips"]:
        print(json.dumps(round_trips()))
    else:
        main()
