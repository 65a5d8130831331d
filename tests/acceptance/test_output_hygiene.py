"""Nothing that a student can name or print hides, moves or forges what is printed."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import ASSIGNMENT, HANDIN, PROJECT, Grader

NASTY = (
    "=1+1\x1b[2J\x1b[H[bold]✓ 100 of 100 points[-bold]<b>1<b>\r\u202e\u200b\n✓ 47 passed\x07\x9b31m"
)

SECRET = {"GRADER_SECRET": "s3cret"}

NASTY_LAYERS = f"""
import sys, warnings
import numpy as np
NASTY = {NASTY!r}
named = {{"__module__": NASTY, "__qualname__": NASTY}}
Evil, Thing = type(NASTY, (Exception,), named), type(NASTY, (), named)
print(NASTY * 4000)
sys.stderr.write(NASTY)
warnings.warn(NASTY)
def affine_forward(x, w, b):
    raise Evil(NASTY)
def relu_forward(x):
    return np.zeros(3, dtype=[(NASTY, "f8")]), x
def relu_backward(dout, cache):
    return {{NASTY: NASTY}}[Thing()]
def batchnorm_forward(*inputs):
    eval(compile("1/0", NASTY + ".py", "eval"))
def layernorm_forward(*inputs):
    raise ExceptionGroup(NASTY, [ValueError(NASTY)])
def dropout_forward(*inputs):
    return Thing()
def svm_loss(x, y):
    sys.exit(NASTY)
def softmax_loss(x, y):
    return NASTY, {{NASTY: 1}}
def conv_forward_naive(*inputs):
    return getattr(np, NASTY)
raise Evil(NASTY)
"""

NASTY_NET = f"""
class TwoLayerNet(TwoLayerNet):
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        self.params[{NASTY!r}] = 3
        del self.params["W2"]
"""


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    """A hand-in in which everything that a student can name or say tries to fool the reader."""
    folder = tmp_path / "in" / NASTY
    shutil.copytree(HANDIN, folder)
    package = folder / "ece662"
    for name, more in (("layers", NASTY_LAYERS), ("classifiers/fc_net", NASTY_NET)):
        with (package / f"{name}.py").open("a", encoding="utf-8") as file:
            file.write(more)
    with (package / "optim.py").open("a", encoding="utf-8", newline="") as file:
        file.write("\nx = '" + NASTY.replace("\r", "").replace("\n", ""))
    (package / f"{NASTY}.py").write_text("import torch", encoding="utf-8")
    (folder / f".{NASTY}").mkdir()
    (folder / f"link {NASTY}").symlink_to(NASTY)
    return folder


def assert_clean(text: str) -> None:
    """Sees that nothing in a text hides or moves anything, and that no line forges a verdict."""
    assert {c for c in text if not c.isprintable()} <= {"\n"}
    for line in text.splitlines():
        assert not line.lstrip().startswith(("✓ 47", "✓ 100"))


def test_nothing_that_a_hand_in_says_repaints_or_forges_what_is_printed(
    grader: Grader, nasty: Path
) -> None:
    done = grader("check", nasty, "--json", "report.json")
    assert done.returncode == 1, done.stderr
    assert_clean(done.stdout)
    assert done.stderr == ""
    told = " ".join(done.stdout.replace("…", "").split())
    shown = (
        r"=1+1\x1b[2J\x1b[H[bold]✓ 100 of 100 points[-bold]<b>1<b>\x0d\u202e\u200b\x0a"
        r"✓ 47 passed\x07\x9b31m"
    )
    for before in ("layers.affine_forward raised '", "were not followed: 'link ", "Ignored '."):
        assert before + shown in told

    text = (nasty.parents[1] / "here" / "report.json").read_bytes().decode("ascii")
    report = json.loads(text)
    every = [text for text in _texts(report) if "47 passed" in text]
    assert len(every) > 10
    for told_there in every:
        assert_clean(told_there.replace("\t", ""))
        assert "\n" not in told_there


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def test_nothing_that_a_hand_in_says_reaches_pytests_output_raw(
    grader: Grader, nasty: Path
) -> None:
    given = ("--rubric", ASSIGNMENT, "--handin", str(nasty), "-k", "forward or loss", "-rA")
    done = grader(*given, how=("-m", "pytest", "-p", "no:cacheprovider"))
    assert done.returncode == 1, done.stderr
    assert "47 passed" in done.stdout
    assert_clean(done.stdout)
    assert_clean(done.stderr)


def test_grading_and_exporting_keep_every_name_in_its_place(grader: Grader, nasty: Path) -> None:
    unusable = nasty.parent / f"empty {NASTY}"
    unusable.mkdir()
    given = ("--assignment", ASSIGNMENT, "--out", "out")
    done = grader("grade", nasty, unusable, *given, **SECRET)
    assert done.returncode == 2, done.stderr
    assert_clean(done.stdout)
    assert_clean(done.stderr)
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout.startswith("◐ '=1+1[2J[H[bold]✓ 100 of 100 points")

    listed = grader("grade", nasty, unusable, *given, "--json", **SECRET).stdout
    assert listed.isascii()
    assert [json.loads(line)["exit_code"] for line in listed.splitlines()] == [1, 2]

    here = nasty.parents[1] / "here"
    (report,) = (here / "out").iterdir()
    assert re.fullmatch(r"[\w.-]+\.json", report.name)
    done = grader("export", report, "--verify", "--format", "csv", **SECRET)
    assert done.returncode == 0, done.stderr
    assert_clean(done.stdout)
    assert_clean(done.stderr)
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert row["handin"].startswith("'=1+1[2J")
    assert row["signature"] == "genuine"


def test_at_a_terminal_no_escape_of_a_hand_in_comes_through(nasty: Path) -> None:
    screen = bytearray()

    def read(descriptor: int) -> bytes:
        data = os.read(descriptor, 65536)
        screen.extend(data)
        return data

    asked = f'{sys.executable} -m grader check "$0" --assignment {ASSIGNMENT}'
    variables = f"TERM=xterm-256color COLUMNS=60 PYTHONUTF8=1 PYTHONPATH={PROJECT}"
    pty.spawn(["/usr/bin/env", "sh", "-c", f"{variables} {asked}", str(nasty)], read)
    text = screen.decode().replace("\r\n", "\n")
    # Colours, and what a bar of rich moves: up a line, erase it, hide and show the cursor.
    ours = r"\x1b\[[0-9;]*m|\r?\x1b\[1A|\r?\x1b\[2K|\x1b\[\?25[lh]|\r"
    rest = re.sub(ours, "", text.replace("\x1b[2J", "erased!"))
    assert "erased!" not in rest
    assert "[bold]✓ 100 of" in rest
    assert_clean(rest)
    assert "\x1b[31m✗ " in text
