"""Each kind of worker is made ready when it is first asked for, and only where it is isolated."""

from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from grader.errors import SandboxMissing
from grader.records import Trust
from grader.rooms import Room, Rooms

A = Trust("A", True, ("seccomp",))
C = Trust("C", False, missing=("landlock", "seccomp"))


class FakeSetting:
    def __init__(self, **trusts):
        self.trusts = trusts
        self.opened = []

    def open(self, service, stack, library=""):
        self.opened.append(service)
        return Room(SimpleNamespace(name=service), {}, lambda: self.trusts[service])


@pytest.fixture
def rooms():
    def make(required=False, **trusts):
        setting = FakeSetting(**{"plain": A, "torch": A, **trusts})
        services = {"": "plain", "torch": "torch"}
        return Rooms(setting, services, ExitStack(), required), setting

    return make


def test_a_room_is_opened_once_and_when_it_is_asked_for(rooms):
    made, setting = rooms()
    assert (setting.opened, list(made), len(made)) == ([], [], 0)
    assert made["torch"].name == "torch"
    assert made["torch"] is made["torch"]
    assert (setting.opened, list(made), len(made)) == (["torch"], ["torch"], 1)


def test_the_least_isolated_of_those_that_were_asked_counts(rooms):
    made, _ = rooms(torch=C)
    made.room("")
    assert made.trust() == A
    made.room("torch")
    assert made.trust() == C


def test_where_isolation_is_required_nothing_runs_without(rooms):
    made, _ = rooms(required=True, torch=C)
    made.room("")
    for _ in range(2):
        with pytest.raises(SandboxMissing, match=r"tier C, and tier B lacks .*landlock, seccomp"):
            made["torch"]
    assert made.trust() == C
    assert list(made) == [""]
