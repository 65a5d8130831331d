"""One real service for all tests that need real workers: it starts in a quarter of a second."""

import json
import os
import traceback

import pytest

from grader.worker.service import WorkerService


@pytest.fixture(scope="session")
def service():
    with WorkerService() as running:
        yield running


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
