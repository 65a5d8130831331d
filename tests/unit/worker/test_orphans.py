"""What dead workers leave behind: who is whose child, and that none of them lives on."""

import os
import signal
import sys
import time

import pytest

from grader.worker.inside import orphans
from grader.worker.inside.privileges import PR_SET_CHILD_SUBREAPER, prctl

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")


def sleeper():
    """Starts a child that sleeps."""
    pid = os.fork()
    if pid == 0:
        time.sleep(600)
        os._exit(0)
    return pid


def family():
    """Starts a child that starts another, in a session of its own; returns both."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.write(writer, str(sleeper()).encode())
        time.sleep(600)
        os._exit(0)
    os.close(writer)
    inner = int(os.read(reader, 20))
    os.close(reader)
    return pid, inner


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_nobody_has_children_whom_the_kernel_does_not_know():
    assert orphans.children(4_194_305) == []


def test_children_and_their_children_are_found_the_deepest_first(in_child):
    def live(_channel):
        one, inner = family()
        two = sleeper()
        found = [orphans.children(os.getpid()), orphans.descendants(os.getpid())]
        for pid in (inner, one, two):
            os.kill(pid, signal.SIGKILL)
        return found == [[one, two], [inner, one, two]]

    assert in_child(live) is True


def test_a_process_is_killed_with_all_that_it_started(in_child):
    def live(_channel):
        outer, inner = family()
        orphans.end_tree(outer)
        os.waitpid(outer, 0)
        for _ in range(1000):
            if not is_running(inner):
                break
            time.sleep(0.01)
        return [is_running(outer), is_running(inner)]

    assert in_child(live) == [False, False]


def test_the_rest_of_a_group_is_killed_where_nobody_can_say_whose_child_it_is(
    in_child, monkeypatch
):
    monkeypatch.setattr(orphans, "children", lambda pid: [])

    def live(_channel):
        outer, inner = family()
        orphans.end_tree(outer)
        os.waitpid(outer, 0)
        for _ in range(1000):
            if not is_running(inner):
                break
            time.sleep(0.01)
        return is_running(inner)

    assert in_child(live) is False


def test_a_process_that_is_gone_is_no_error(in_child):
    def live(_channel):
        pid = sleeper()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        orphans.end_tree(pid)
        return "no error"

    assert in_child(live) == "no error"


def test_orphans_are_ended_and_collected_and_the_living_live_on(in_child):
    def live(_channel):
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        living = sleeper()
        outer, inner = family()
        os.kill(outer, signal.SIGKILL)
        os.waitpid(outer, 0)
        for _ in range(1000):  # until the grandchild has become ours
            if inner in orphans.children(os.getpid()):
                break
            time.sleep(0.01)
        orphans.end_orphans({living})
        left = orphans.children(os.getpid())
        os.kill(living, signal.SIGKILL)
        return left == [living] and not is_running(inner)

    assert in_child(live) is True


def test_one_that_somebody_else_collected_is_no_error(monkeypatch):
    lists = iter([[4_194_305], []])
    ended = []
    monkeypatch.setattr(orphans, "children", lambda pid: next(lists))
    monkeypatch.setattr(orphans, "end_tree", ended.append)
    orphans.end_orphans(set())
    assert ended == [4_194_305]


def test_orphans_without_end_are_given_up(monkeypatch):
    ended = []
    monkeypatch.setattr(orphans, "children", lambda pid: [4_194_305])
    monkeypatch.setattr(orphans, "end_tree", ended.append)
    orphans.end_orphans(set())
    assert len(ended) == 64
