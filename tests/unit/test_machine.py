"""What a machine offers to training; a GPU is held by one training at a time."""

import fcntl
import os
import select
import signal
import stat
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest

from grader.machine import CPU, NOTHING, Machine, exclusive, threads_here

HOLDER = """
import sys
from pathlib import Path
from grader.machine import exclusive
print("asks", flush=True)
with exclusive(sys.argv[1], Path(sys.argv[2])):
    print("holds", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(device, folder):
    """Another process that takes a device and keeps it until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, device, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,  # or a line that was read ahead would not be seen by `select`
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def is_held(folder, name="grader-gpu-0.lock"):
    """Tells whether somebody holds a lock that not even a shared one can be had beside."""
    descriptor = os.open(folder / name, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class TestExclusive:
    def test_a_second_process_waits_and_gets_the_gpu_when_the_first_is_killed(self, tmp_path):
        with holder("cuda", tmp_path) as first, holder("cuda:0", tmp_path) as second:
            # Which of them comes first is open.
            lines = {each: each.stdout.readline() for each in (first, second)}
            assert set(lines.values()) == {b"asks\n"}
            (ready, *_), _, _ = select.select([first.stdout, second.stdout], [], [])
            one, other = (first, second) if ready is first.stdout else (second, first)
            assert one.stdout.readline() == b"holds\n"
            assert is_held(tmp_path)
            assert select.select([other.stdout], [], [], 0)[0] == []
            one.send_signal(signal.SIGKILL)
            assert one.wait() == -signal.SIGKILL
            assert other.stdout.readline() == b"holds\n"
            assert is_held(tmp_path)
            other.stdin.close()
            assert other.wait() == 0
        assert not is_held(tmp_path)

    def test_it_is_let_go_when_the_block_ends_however_that_happens(self, tmp_path):
        with exclusive("cuda:2", tmp_path):
            assert is_held(tmp_path, "grader-gpu-2.lock")
        assert not is_held(tmp_path, "grader-gpu-2.lock")
        with pytest.raises(KeyboardInterrupt), exclusive("cuda:2", tmp_path):
            raise KeyboardInterrupt
        assert not is_held(tmp_path, "grader-gpu-2.lock")

    def test_nobody_waits_for_it_longer_than_there_is_time(self, tmp_path):
        left = iter([2.0, 1.0, 0.5, 0.0])
        with exclusive("cuda", tmp_path):
            with pytest.raises(TimeoutError, match=r"^Another grader held cuda:1\.$"):
                with (
                    exclusive("cuda:1", tmp_path),
                    exclusive("cuda:1", tmp_path, lambda: next(left)),
                ):
                    pass
        assert list(left) == []

    def test_with_time_left_it_is_taken_when_it_is_let_go(self, tmp_path):
        held = ExitStack()
        held.enter_context(exclusive("cuda", tmp_path))
        seconds = iter([9.0, 8.0, 7.0])

        def left_s():
            left = next(seconds)
            if left == 8.0:
                held.close()
            return left

        with exclusive("cuda", tmp_path, left_s):
            assert is_held(tmp_path)
        assert next(seconds) == 7.0

    def test_two_gpus_are_held_apart(self, tmp_path):
        with exclusive("cuda:0", tmp_path), exclusive("cuda:1", tmp_path):
            assert is_held(tmp_path, "grader-gpu-0.lock")
            assert is_held(tmp_path, "grader-gpu-1.lock")

    def test_many_may_use_the_processor(self, tmp_path):
        with exclusive(CPU, tmp_path), exclusive(CPU, tmp_path):
            assert list(tmp_path.iterdir()) == []

    def test_the_lock_lies_among_the_temporary_files_unless_said(self, tmp_path, monkeypatch):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        with exclusive("cuda"):
            assert is_held(tmp_path)

    @pytest.mark.parametrize("umask", [0o022, 0o077])
    def test_everybody_on_the_machine_may_open_the_lock(self, tmp_path, umask):
        before = os.umask(umask)
        try:
            with exclusive("cuda", tmp_path):
                pass
        finally:
            os.umask(before)
        (lock,) = tmp_path.iterdir()
        assert stat.S_IMODE(lock.stat().st_mode) == 0o644

    def test_a_lock_of_somebody_else_needs_only_be_readable(self, tmp_path):
        lock = tmp_path / "grader-gpu-0.lock"
        lock.touch(0o444)
        with exclusive("cuda", tmp_path):
            assert is_held(tmp_path)
        assert stat.S_IMODE(lock.stat().st_mode) == 0o444
        assert lock.read_bytes() == b""

    def test_a_link_in_its_place_is_not_followed(self, tmp_path):
        (tmp_path / "grader-gpu-0.lock").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(OSError, match="symbolic links"), exclusive("cuda", tmp_path):
            pass
        assert not (tmp_path / "elsewhere").exists()


class TestMachine:
    def test_nothing_is_there_unless_said(self):
        assert (NOTHING.trains, NOTHING.device, NOTHING.threads) == (False, "cpu", 1)
        assert dict(NOTHING.data) == {}
        assert not NOTHING.has_gpu

    @pytest.mark.parametrize("device", ["cuda", "cuda:3"])
    def test_without_its_gpu_it_is_the_same_machine_with_a_reason(self, device):
        machine = Machine(trains=True, device=device, threads=2, data={"magic": list})
        assert machine.has_gpu
        plain = machine.on_cpu("the driver is too old")
        assert not plain.has_gpu
        assert plain == Machine(True, CPU, "the driver is too old", 2, {"magic": list})

    @pytest.mark.parametrize(("processors", "threads"), [(0, 1), (1, 1), (2, 2), (64, 2)])
    def test_a_training_gets_two_threads_where_there_are_two(self, processors, threads):
        assert threads_here(processors) == threads
