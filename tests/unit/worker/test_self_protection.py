"""The grader's own process is closed to others."""

import ctypes
import resource
import sys

import pytest

from grader.worker.self_protection import protect_this_process

PR_GET_DUMPABLE, PR_SET_DUMPABLE = 3, 4


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
def test_memory_is_closed_and_no_core_is_left(in_child) -> None:
    def live(_channel):
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        before = ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
        protect_this_process()
        after = ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
        return [before, after, resource.getrlimit(resource.RLIMIT_CORE)[0]]

    assert in_child(live) == [1, 0, 0]
