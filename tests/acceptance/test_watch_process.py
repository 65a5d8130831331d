"""`grader check --watch` as a real process: edits in a folder, what it prints, and how it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import HANDIN, PROJECT

WALL_S = 120.0
STATE = " of 100"  # ends the line that says what was earned

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C there is not a signal")


class Watching:
    """A running command, with all that it has printed so far."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.layers = folder / "ece662" / "layers.py"
        self.printed = ""
        command = ["-m", "grader", "check", str(folder), "--watch"]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            env={
                **os.environ,
                "PYTHONPATH": str(PROJECT),
                "PYTHONUTF8": "1",
                "XDG_CACHE_HOME": str(cache),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line

    def says(self, words: str, since: int = 0) -> str:
        """Waits until some words are printed; returns what was, from a place on."""
        end_s = time.monotonic() + WALL_S
        while words not in self.printed[since:] and time.monotonic() < end_s:
            assert self.process.poll() is None, self.printed
            time.sleep(0.01)
        assert words in self.printed[since:], self.printed[since:]
        return self.printed[since:]

    def save(self, old: str, new: str) -> int:
        """Replaces a text in `layers.py`; returns where in the print what follows begins."""
        text = self.layers.read_text(encoding="utf-8")
        assert old in text
        place = len(self.printed)
        # As most editors do.
        beside = self.layers.with_name(".layers.py.swp")
        beside.write_text(text.replace(old, new), encoding="utf-8")
        beside.replace(self.layers)
        return place

    def stop(self) -> int:
        """Presses Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(WALL_S)
        self._reader.join(WALL_S)
        return code

    def end(self) -> None:
        """Ends the command, if it is still there."""
        self.process.kill()
        self.process.wait()
        self._reader.join(WALL_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    folder = tmp_path / "work"
    shutil.copytree(HANDIN, folder, ignore=shutil.ignore_patterns("__pycache__"))
    run = Watching(folder, tmp_path / "cache")
    try:
        run.says("Ctrl-C ends this.")
        yield run
    finally:
        run.end()


RIGHT, WRONG = "dgamma = np.sum(dout * x_hat", "dgamma = 2 * np.sum(dout * x_hat"


@pytest.mark.slow
def test_a_student_edits_and_is_told_after_each_save(watching: Watching) -> None:
    assert "58.53 of 58.53 judged points" in watching.printed

    told = watching.says(STATE, watching.save(RIGHT, WRONG))
    assert "'layers.py' saved: " in told
    assert "newly wrong: batchnorm_backward, batchnorm_backward_alt" in told
    assert "layers.batchnorm_backward returned a wrong gradient. dgamma" in told
    # What was edited is told before what builds on it, and then what changed comes first.
    soon = "'layers.py' saved: batchnorm_backward is judged, others follow.\nlayers.batchnorm_back"
    assert told.index(soon) < told.index("judged again in") < told.index("newly wrong")
    assert told.index("newly wrong") < told.rindex("returned a wrong gradient") < told.index(STATE)

    told = watching.says("Not judged", watching.save("def svm_loss(x, y):", "def svm_loss(x, y:"))
    assert "layers.py, line 273: '(' was never closed. Not judged until it can be read." in told

    place = watching.save("def svm_loss(x, y:", "def svm_loss(x, y):")
    assert "all is as it was" in watching.says("judged last.", place)

    place = len(watching.printed)
    new = watching.folder / "ece662" / "more.py"
    new.write_text("def unheard_of():\n    return 1\n", encoding="utf-8")
    assert "'more.py' saved" in watching.says(STATE, place)

    place = len(watching.printed)
    kept = watching.layers.read_text(encoding="utf-8")
    watching.layers.unlink()
    assert "newly wrong: affine_forward" in watching.says(STATE, place)
    place = len(watching.printed)
    watching.layers.write_text(kept.replace(WRONG, RIGHT), encoding="utf-8")
    told = watching.says("58.53 of 58.53", place)
    assert "now right: affine_forward" in told

    assert watching.stop() == 0
    assert "Stopped watching." in watching.printed
    assert "Traceback" not in watching.printed


@pytest.mark.slow
def test_the_exit_code_is_that_of_the_last_state(watching: Watching) -> None:
    watching.says(STATE, watching.save(RIGHT, WRONG))
    assert watching.stop() == 1


@pytest.mark.slow
def test_a_folder_that_goes_and_comes_back_is_judged_again(watching: Watching) -> None:
    place = len(watching.printed)
    shutil.rmtree(watching.folder)
    assert "There is no hand-in at" in watching.says("Judged again when", place)
    place = len(watching.printed)
    beside = watching.folder.with_name("beside")
    shutil.copytree(HANDIN, beside, ignore=shutil.ignore_patterns("__pycache__"))
    beside.rename(watching.folder)
    watching.says("all is as it was", place)
    assert watching.stop() == 0
