"""The commands as people and machines run them: real processes, exit codes and files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import ASSIGNMENT, HANDIN, PROJECT, Grader

RUBRIC = PROJECT / "rubrics" / ASSIGNMENT / "rubric.yaml"

# Runs the command line with a network that does not exist: a socket to anywhere is a failure.
NO_NETWORK = """
import socket, sys
class Offline(socket.socket):
    def connect(self, address):
        raise SystemExit(f"connect was called with {address!r}")
    connect_ex = sendto = connect
socket.socket = Offline
socket.getaddrinfo = socket.create_connection = Offline.connect
from grader.__main__ import main
main()
"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A hand-in whose affine layer forgets its bias."""
    folder = tmp_path / "wrong"
    shutil.copytree(HANDIN, folder)
    layers = folder / "ece662" / "layers.py"
    source = layers.read_text(encoding="utf-8")
    more = "\n\ndef affine_forward(x, w, b):\n    return x.reshape(len(x), -1).dot(w), (x, w, b)\n"
    layers.write_text(source + more, encoding="utf-8")
    return folder


def test_full_credit_ends_with_zero_and_needs_no_network(grader: Grader) -> None:
    done = grader("check", HANDIN, how=("-c", NO_NETWORK))
    assert done.returncode == 0, done.stderr
    first, *_ = done.stdout.splitlines()
    assert first.startswith("✓ ")
    told = " ".join(done.stdout.split())
    assert "more are judged by hidden checks when graded" in told
    assert "10 more are marked by a person" in told


def test_lost_credit_ends_with_one_and_says_what_why_and_what_to_do(
    grader: Grader, wrong: Path
) -> None:
    done = grader("check", wrong, "--only", "affine_forward")
    assert done.returncode == 1, done.stderr
    told = " ".join(done.stdout.split())
    assert "layers.affine_forward gave a wrong value." in told
    assert "got 1.79835, expected 1.49835" in told
    assert "→ This is what comes out when the bias is left out of the output." in told
    assert "The output is x, reshaped to (N, D), times w plus b." in told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("check", "nowhere", "--assignment", ASSIGNMENT), "nowhere"),
        (("check", HANDIN, "--assignment", "umass_ece697ls_a2"), f"Did you mean '{ASSIGNMENT}'?"),
        (("check", HANDIN, "--only", "afine_forward"), "Did you mean 'affine_forward'?"),
        (("check", PROJECT / "rubrics", "--assignment", ASSIGNMENT), "ece662"),
        (("check", HANDIN, "--rubric", "missing.yaml"), "missing.yaml cannot be read"),
        (("grade", HANDIN, "--assignment", ASSIGNMENT), "Missing option '--out'"),
        (("rubric", "show", "hw1"), "There is no rubric for the assignment 'hw1'"),
        (("chekc",), "No such command 'chekc'"),
    ],
)
def test_what_cannot_be_used_ends_with_two_and_a_sentence(
    grader: Grader, arguments: tuple[str, ...], sentence: str
) -> None:
    done = grader(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_score_is_refused_where_isolation_is_required_and_missing(
    grader: Grader, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    graded = ("grade", HANDIN, "--assignment", ASSIGNMENT, "--out", out, "--json")
    isolated = json.loads(grader(*graded, "--sandbox", "auto").stdout)["isolated"]
    (out / "base.json").unlink()
    done = grader(*graded)
    if isolated:
        assert done.returncode == 0, done.stderr
        assert (out / "base.json").is_file()
    else:
        assert done.returncode == 3
        assert "Isolation is required" in done.stderr
        assert "No score was written." in done.stderr
        assert list(out.iterdir()) == []


def test_a_reference_that_fails_needs_a_person_and_costs_nothing(
    grader: Grader, tmp_path: Path
) -> None:
    rubric = tmp_path / "rubric.yaml"
    text = RUBRIC.read_text(encoding="utf-8").partition("criteria:")[0]
    rubric.write_text(
        f"""{text}criteria:
  - id: affine
    title: Affine layer with inputs that do not fit together
    subject: layers.affine_forward
    points: 2
    checks:
      - kind: output
        inputs:
          x: {{normal: {{shape: [2, 3]}}}}
          w: {{normal: {{shape: [4, 5]}}}}
          b: {{normal: {{shape: [5]}}}}
""",
        encoding="utf-8",
    )
    done = grader("check", HANDIN, "--rubric", rubric, "--json", "-")
    assert done.returncode == 3, done.stderr
    report = json.loads(done.stdout)
    assert report["score"]["needs_review"] is True
    assert report["score"]["upper"] == 2
    assert report["criteria"][0]["outcome"] == "unjudged"


def test_a_mistyped_rubric_is_told_all_its_mistakes_at_once(grader: Grader, tmp_path: Path) -> None:
    rubric = tmp_path / "rubric.yaml"
    rubric.write_text(
        """schema_version: 1
assignment: hw
title: Homework
handin: {roots: [hw]}
criteria:
  - id: affine
    titel: Affine layer
    subject: layers.affine_forward
    points: two
    checks:
      - kind: gradiant
""",
        encoding="utf-8",
    )
    done = grader("rubric", "validate", rubric)
    assert done.returncode == 2
    problems = done.stderr.splitlines()
    assert any(line.startswith(f"{rubric}:7") and "'title'" in line for line in problems)
    assert any(line.startswith(f"{rubric}:9") and "points" in line for line in problems)
    assert any("Did you mean 'gradient'?" in line for line in problems)


def test_json_on_stdout_stands_alone_and_keeps_the_contract(grader: Grader, wrong: Path) -> None:
    from jsonschema import Draft202012Validator

    done = grader("check", wrong, "--json", "-")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    schema = json.loads((PROJECT / "grader" / "report" / "report.schema.json").read_bytes())
    assert list(Draft202012Validator(schema).iter_errors(report)) == []
    assert report["assignment"] == ASSIGNMENT
    assert report["mode"] == "check"
    assert report["trust"]["tier"] in ("A", "B", "C")
    assert report["trust"]["isolated"] == (report["trust"]["tier"] != "C")
    assert report["score"]["lower"] < report["score"]["upper"] < report["score"]["possible"]


def test_the_same_hand_in_and_secret_give_the_same_report_apart_from_times(
    grader: Grader, wrong: Path, tmp_path: Path
) -> None:
    with (wrong / "ece662" / "layers.py").open("a", encoding="utf-8") as layers:
        # A generator without a seed: what the report says of it must be the same each time.
        layers.write(
            "\n\ndef relu_forward(x):\n    return x * np.random.default_rng().random(), x\n"
        )

    def graded(name: str, secret: str) -> str:
        out = tmp_path / name
        # What is measured while training has times in it.
        asked = ("grade", wrong, "--assignment", ASSIGNMENT, "--no-training", "--out", out)
        done = grader(*asked, GRADER_SECRET=secret)
        assert done.returncode == 1, done.stderr
        report = json.loads((out / "wrong.json").read_bytes())
        return json.dumps(_without_times(report))

    first = graded("a", "one secret")
    assert graded("b", "one secret") == first
    assert graded("c", "another secret") != first


def _without_times(value: object) -> object:
    if isinstance(value, dict):
        times = ("started", "wall_s", "cpu_s", "signature")  # which covers the times
        return {key: _without_times(item) for key, item in value.items() if key not in times}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def test_what_is_piped_is_plain_text(grader: Grader, wrong: Path) -> None:
    done = grader("check", wrong, "--only", "affine_forward", TERM="xterm-256color")
    assert "\x1b" not in done.stdout
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr


def test_a_stream_that_carries_ascii_only_gets_ascii(grader: Grader) -> None:
    done = grader("check", HANDIN, "--only", "sgd", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


def test_help_is_plain_and_loads_no_numbers(grader: Grader) -> None:
    assert grader("--help").stdout.startswith("Usage: grader")
    program = (
        "import sys; from grader.cli import cli\n"
        "try: cli(['--help'], prog_name='grader')\n"
        "except SystemExit: print([n for n in ('numpy', 'pytest', 'rich') if n in sys.modules])"
    )
    assert grader(how=("-c", program)).stdout.endswith("\n[]\n")


# Everything that a reader could be fooled with: cursor, markup, HTML, return, bidi, zero width,
# a line of its own, bell, an 8-bit control, a formula. No slash, so that it fits into a file name.
FULL_DISK = """
mount -t tmpfs -o size=260k none "$0" || exit 77
"$@"
code=$?
ls -A "$0"
grep -l '"finished": true' "$0"/*
exit $code
"""


def test_a_disk_that_is_really_full_costs_one_report_and_leaves_no_half_of_it(
    grader: Grader, wrong: Path, tmp_path: Path
) -> None:
    out, empty = tmp_path / "small", tmp_path / "empty"
    out.mkdir()
    empty.mkdir()
    own_mounts = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",)))
    if shutil.which("unshare") is None:
        pytest.skip("There is no `unshare` here to make a small disk with.")
    made = subprocess.run([*own_mounts, "sh", "-c", FULL_DISK, out, "true"], check=False)
    if made.returncode:
        pytest.skip("This account may not mount a small disk.")
    graded = (*own_mounts, "sh", "-c", FULL_DISK, str(out), sys.executable, "-m", "grader")
    done = subprocess.run(
        [
            *(*graded, "grade", HANDIN, wrong, empty, "--no-training"),
            *("--assignment", ASSIGNMENT, "--out", out),
        ],
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "GRADER_SECRET": "s"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert (
        f"{wrong}: '{out}/wrong.json' was not written: No space left on device. What was there "
        "before is unchanged. Make room or name another place, then run the command again."
    ) in done.stderr
    assert "3 hand-ins: 1 full credit, 1 unusable, 1 for a person to look at;" in done.stdout
    assert ".tmp" not in done.stdout
    *_, finished = done.stdout.splitlines()
    assert finished == f"{out}/base.json", "of the other there is at most what was finished"
