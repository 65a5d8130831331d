"""Real services for all tests that need real workers: one starts in a quarter of a second."""

import json
import os
import textwrap
import time
import traceback

import pytest

from grader.worker.inside import operations as ops
from grader.worker.inside.values import Slot
from grader.worker.service import WorkerService


@pytest.fixture(scope="session")
def service():
    """One in bubblewrap, where that works."""
    with WorkerService() as running:
        yield running


@pytest.fixture(scope="session")
def bare_service():
    """One without bubblewrap, so that process ids and paths are the test's own."""
    with WorkerService(wrapped=False) as running:
        yield running


@pytest.fixture
def settings():
    """The settings of a worker, with changes."""

    def make(**changes):
        plain = {
            "package": "handin",
            "root_names": ["ece662"],
            "libraries": [],
            "free": {},
            "asked": [],
            "lend": {},
            "skip": {},
            "memory_mib": 2048,
            "cpu_s": 60,
            "seed": 0,
            "confined": True,
            "targets": {},
        }
        return {**plain, **changes}

    return make


@pytest.fixture
def forking(settings):
    """Forks workers for sources; all share one host, which is closed afterwards."""
    opened = []

    def on(service):
        host = service.host()

        def fork(source, **changes):
            host.load("handin", {"layers.py": textwrap.dedent(source).encode()}, {})()
            worker = host.fork(settings(**changes))
            opened.append(worker)
            return worker

        opened.append(host)
        return fork

    yield on
    for each in opened:
        # Sockets are closed here; processes end with the host.
        (each._close if hasattr(each, "_close") else each.close)()


@pytest.fixture
def call():
    """Calls a function of a worker and returns `(status, payload)` of its result."""

    def ask(worker, name, *args, wall_s=60.0, lender=None):
        program = [(ops.RESOLVE, name), (ops.CALL, Slot(0), args, {}), (ops.EXPORT, Slot(1))]
        results = worker.exchange(program, wall_s, lender)
        return next((each for each in results if each[0] != ops.DONE), None)

    return ask


@pytest.fixture
def until():
    """Waits until a condition holds, and tells whether it came to hold within a minute."""

    def wait(holds):
        end_s = time.monotonic() + 60
        while not (held := holds()) and time.monotonic() < end_s:
            time.sleep(0.01)
        return bool(held)

    return wait


@pytest.fixture
def state_of():
    """Tells the kernel's letter for a process's state; an empty text for one that is gone."""

    def look(pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                return file.read().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return ""

    return look


@pytest.fixture
def gone_soon(until, state_of):
    """Waits until a process has ended; one that its new parent has yet to collect has, too."""
    return lambda pid: until(lambda: state_of(pid) in ("", "Z", "X"))


@pytest.fixture
def in_child():
    """Runs a function in a forked child, which ends there, and returns what it returned.

    The function gets the descriptor of its channel, which it has to keep open.
    """

    def run(act, *args):
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                answer = json.dumps(act(writer, *args))
            except BaseException:
                answer = json.dumps({"raised": traceback.format_exc()})
            os.write(writer, answer.encode())
            os._exit(0)
        os.close(writer)
        with open(reader, "rb") as file:
            data = file.read()
        _, status = os.waitpid(pid, 0)
        assert status == 0, f"the child ended with {status}"
        assert data, "the child became another program"
        return json.loads(data)

    return run
