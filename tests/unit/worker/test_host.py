"""The grader's end of a host: what is asked of it, what it answers, and that it keeps to itself."""

import os
import socket

import pytest

from grader.errors import HostLost, WorkerDidNotStart
from grader.worker import connection
from grader.worker.host import Host
from grader.worker.inside import host as inside_host
from grader.worker.inside import operations as ops
from grader.worker.inside.values import Slot
from grader.worker.inside.wire import WireError


@pytest.fixture
def host(service):
    made = service.host()
    yield made
    made.close()


class TestLoading:
    def test_sources_are_told_and_not_run(self, host):
        facts = host.load(
            "handin",
            {"layers.py": b"import torch\n\n\ndef f(): pass\n", "net.py": b"x = = 1"},
            {"solver.py": b""},
        )()
        assert facts["layers.py"].imports == (("torch", 1),)
        assert facts["layers.py"].definitions == {"f": 4}
        assert (facts["solver.py"].name, facts["solver.py"].origin) == ("solver", "provided")
        assert facts["net.py"].error == ("invalid syntax", 1, "x = = 1")

    def test_a_file_that_is_refused_is_told_with_the_reason_and_not_parsed(self, host):
        facts = host.load("handin", {}, {}, {"nets/__init__.py": "Too deep."})()
        assert list(facts) == ["nets/__init__.py"]
        assert (facts["nets/__init__.py"].name, facts["nets/__init__.py"].origin) == (
            *("nets", "handin"),
        )
        assert facts["nets/__init__.py"].error == ("Too deep.", 0, "")

    def test_what_the_course_provides_runs_in_a_refused_files_place(self, host, settings):
        host.load("handin", {}, {"layers.py": b"x = 1\n"}, {"layers.py": "Too deep."})()
        worker = host.fork(settings())
        results = worker.exchange([(ops.RESOLVE, "layers.x"), (ops.EXPORT, Slot(0))], 60)
        assert results == [(ops.DONE, None), (ops.VALUE, 1)]
        worker.end()

    def test_loads_are_answered_in_the_order_in_which_they_were_asked(self, host):
        waits = [host.load(name, {f"{name}.py": b""}, {}) for name in ("a", "b", "c")]
        assert [list(wait()) for wait in waits] == [["a.py"], ["b.py"], ["c.py"]]

    def test_a_source_that_ends_the_parser_loses_the_host(self, service, monkeypatch):
        monkeypatch.setattr(connection, "CONTROL_WALL_S", 60.0)
        host = service.host()
        try:
            wait = host.load("handin", {"layers.py": 3}, {})  # no bytes: the parser fails
            with pytest.raises(HostLost, match="ended or stopped answering"):
                wait()
        finally:
            host.close()


class TestForking:
    def test_two_hosts_know_nothing_of_each_other(self, service, settings):
        hosts = [service.host() for _ in range(2)]
        program = [(ops.RESOLVE, "layers.x"), (ops.EXPORT, Slot(0))]
        try:
            for number, host in enumerate(hosts):
                host.load("handin", {"layers.py": b"x = %d" % number}, {})()
            workers = [host.fork(settings()) for host in hosts]
            assert [worker.exchange(program, 60)[1][1] for worker in workers] == [0, 1]
            for worker in workers:
                worker.end()
        finally:
            for host in hosts:
                host.close()

    def test_nothing_is_left_of_the_worker_before(self, service, forking, call):
        fork = forking(service)
        source = """
            calls = []
            def count():
                calls.append(1)
                return len(calls)
        """
        first, second = fork(source), fork(source)
        assert [call(first, "layers.count")[1] for _ in range(3)] == [1, 2, 3]
        assert call(second, "layers.count")[1] == 1
        first.end()
        second.end()

    def test_settings_that_no_worker_takes_lose_the_host(self, service, settings):
        host = service.host()
        host.load("handin", {}, {})()
        worker = host.fork(settings(more=1))
        with pytest.raises((WireError, ConnectionResetError)):
            worker.exchange([], 60)
        with pytest.raises(HostLost, match="ended or stopped answering"):
            worker.autopsy()
        worker.channel.close()
        host.close()

    def test_a_worker_ends_with_its_host(self, service, settings, gone_soon):
        host = service.host()
        host.load("handin", {}, {})()
        worker = host.fork(settings())
        worker.exchange([], 60)
        pid = worker.pid
        host.close()
        assert gone_soon(pid)
        worker._close()


class TestHostsThatEnded:
    @pytest.fixture
    def ended(self):
        ours, theirs = socket.socketpair()
        theirs.close()
        host = Host(ours)
        yield host
        host.close()

    def test_it_loads_nothing(self, ended):
        with pytest.raises(HostLost, match="ended or stopped answering"):
            ended.load("handin", {}, {})

    def test_it_forks_nothing_and_no_socket_stays_open(self, ended, settings):
        before = set(os.listdir("/proc/self/fd"))
        with pytest.raises(HostLost, match="ended or stopped answering"):
            ended.fork(settings())
        assert set(os.listdir("/proc/self/fd")) == before

    def test_one_that_does_not_answer_is_lost_when_the_answer_is_needed(
        self, monkeypatch, settings
    ):
        monkeypatch.setattr(connection, "CONTROL_WALL_S", 0.01)
        ours, theirs = socket.socketpair()
        host = Host(ours)
        worker = host.fork(settings())
        with pytest.raises(WorkerDidNotStart, match="ended or stopped answering"):
            _ = worker.pid
        worker.channel.close()
        host.close()
        theirs.close()


@pytest.mark.parametrize("error", [AttributeError("pidfd_open"), OSError(38, "not implemented")])
def test_where_processes_have_no_descriptors_a_worker_goes_without(monkeypatch, error):
    def refuse(pid):
        raise error

    monkeypatch.setattr(os, "pidfd_open", refuse, raising=False)
    assert inside_host._handles(1) == ()
