"""The grader's end of the zygote: how it starts, with and without bubblewrap, and how it ends."""

import os
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from grader.errors import HostLost, WorkerDidNotStart
from grader.worker import bubblewrap, connection
from grader.worker import service as service_module
from grader.worker.inside import operations as ops
from grader.worker.inside.values import Slot
from grader.worker.inside.wire import CONTROL, send
from grader.worker.service import WorkerService

FAULT = "This is a fault of the grading machine, not of the hand-in. "


class TestStarting:
    def test_it_tells_the_versions_that_a_hand_in_runs_on(self, service, bare_service):
        for each in (service, bare_service):
            assert each.versions() == {
                "python": sys.version.split()[0],
                "numpy": np.__version__,
            }

    def test_an_interpreter_that_is_not_there_is_named(self):
        before = set(os.listdir("/proc/self/fd"))
        with pytest.raises(WorkerDidNotStart) as caught:
            WorkerService("/nowhere/python", wrapped=False)
        assert str(caught.value) == (
            "The worker's interpreter '/nowhere/python' could not be started (No such file or "
            f"directory). {FAULT}Reinstall the grader in a fresh virtual environment."
        )
        assert set(os.listdir("/proc/self/fd")) == before

    def test_a_process_that_never_gets_ready_is_a_fault_of_the_machine(self, monkeypatch):
        monkeypatch.setattr(service_module, "START_WALL_S", 0.0)
        with WorkerService(wrapped=False) as slow, pytest.raises(WorkerDidNotStart) as caught:
            slow.versions()
        assert str(caught.value) == (
            f"The worker process did not start within 0 s. {FAULT}"
            "`grader doctor` says what the machine offers."
        )

    def test_the_last_words_of_a_process_that_ends_at_once_are_told(self, tmp_path):
        program = tmp_path / "python"
        program.write_text(
            "#!/bin/sh\necho first >&2\nprintf 'No \\033[2J module.\\n' >&2\nexit 1\n",
            encoding="utf-8",
        )
        program.chmod(0o755)
        with WorkerService(str(program), wrapped=False) as ended:
            with pytest.raises(WorkerDidNotStart) as caught:
                ended.host()
        assert str(caught.value) == (
            f"The worker process did not start (No \\x1b[2J module.). {FAULT}"
            "`grader doctor` says what the machine offers."
        )

    def test_a_process_that_ends_later_is_a_fault_of_the_machine(self):
        with WorkerService(wrapped=False) as ended:
            ended.versions()
            ended._process.kill()
            ended._process.wait()
            before = set(os.listdir("/proc/self/fd"))
            with pytest.raises(HostLost, match="The process that starts the workers ended"):
                ended.host()
            assert set(os.listdir("/proc/self/fd")) == before

    def test_a_greeting_of_another_form_tells_no_versions(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            odd = object.__new__(WorkerService)
            odd._control = connection.Connection(ours)
            send(theirs, CONTROL, 0, ["3.11"])
            assert odd._greeted() == {}

    def test_a_machine_without_a_place_for_folders_is_told(self, monkeypatch):
        def nowhere():
            raise FileNotFoundError(2, "No usable temporary directory found in \x1b['/tmp']")

        monkeypatch.setattr(tempfile, "gettempdir", nowhere)
        with pytest.raises(WorkerDidNotStart) as caught:
            WorkerService(wrapped=False)
        assert str(caught.value) == (
            "There is no place for the workers' folders ([Errno 2] No usable temporary directory "
            f"found in \\x1b['/tmp']). {FAULT}Make room there, or name a folder that can be "
            "written to in the environment variable TMPDIR."
        )


class TestBubblewrap:
    def test_a_service_says_why_it_is_not_in_use(self, monkeypatch, bare_service):
        assert bare_service.unwrapped_because == "it was not asked for"
        monkeypatch.setattr(bubblewrap, "find", lambda: None)
        with WorkerService() as service:
            assert service.versions()["numpy"] == np.__version__
            assert service.unwrapped_because == "it is not installed"

    def test_where_it_does_not_work_the_service_starts_without_it(self, monkeypatch, tmp_path):
        program = tmp_path / "bwrap"
        program.write_text(
            "#!/bin/sh\necho 'bwrap: No permissions to create namespace' >&2\nexit 1\n",
            encoding="utf-8",
        )
        program.chmod(0o755)
        monkeypatch.setattr(bubblewrap, "find", lambda: str(program))
        with WorkerService() as service:
            assert service.versions()["numpy"] == np.__version__
            assert service.unwrapped_because == (
                "The worker process did not start (bwrap: No permissions to create namespace). "
                f"{FAULT}`grader doctor` says what the machine offers."
            )
            service.host().close()

    def test_where_it_works_it_is_in_use_and_the_processes_are_the_zygotes_own(
        self, service, settings
    ):
        if service.unwrapped_because:
            pytest.skip(f"bubblewrap is not in use: {service.unwrapped_because}")
        host = service.host()
        host.load("handin", {"layers.py": b"import os\npid = os.getpid()\n"}, {})()
        worker = host.fork(settings())
        results = worker.exchange([(ops.RESOLVE, "layers.pid"), (ops.EXPORT, Slot(0))], 60)
        assert results[1][1] < 100 < worker.pid or results[1][1] != worker.pid
        worker.end()
        host.close()


class TestLibraries:
    def test_the_folders_of_libraries_and_of_what_they_bring_are_named(self, tmp_path, monkeypatch):
        package = tmp_path / "lib_that_brings"
        package.mkdir()
        (package / "__init__.py").touch()
        monkeypatch.syspath_prepend(str(tmp_path))
        assert list(service_module._folders(iter(["lib_that_brings", "no_such_lib"]))) == [
            str(package)
        ]
        (tmp_path / "lib_that_brings.libs").mkdir()
        (tmp_path / "namespace_only").mkdir()
        assert list(service_module._folders(iter(["lib_that_brings", "namespace_only"]))) == [
            *(str(package), f"{package}.libs")
        ]

    def test_what_hand_ins_may_not_use_is_not_there(self, monkeypatch):
        monkeypatch.setattr(service_module, "LIBRARIES", ("numpy", "pytest"))
        with WorkerService(without=("pytest",), wrapped=False) as service:
            assert [Path(folder).name for folder in service._packages][:1] == ["numpy"]
            assert not any("pytest" in Path(folder).name for folder in service._packages)

    def test_the_zygote_finds_its_own_modules_and_libraries_and_no_others(self):
        made = service_module._program(["/b/numpy", "/a/scipy", "/b/numpy.libs"])
        assert made == (
            f"import sys; sys.path[:] = [{str(service_module.INSIDE.parent)!r}, *sys.path, "
            "*['/a', '/b']]; from inside.zygote import main; main()"
        )


class TestNamespaces:
    def test_where_the_system_has_none_none_are_told(self, monkeypatch):
        def refuse(_path):
            raise FileNotFoundError

        monkeypatch.setattr(service_module.os, "stat", refuse)
        assert service_module._namespaces() == {}

    @pytest.mark.skipif(not os.path.isdir("/proc/self/ns"), reason="this system has none")
    def test_they_are_told_by_number(self):
        found = service_module._namespaces()
        assert found["net"] == os.stat("/proc/self/ns/net").st_ino
        assert set(found) == {"mnt", "pid", "net", "ipc", "uts"}


class TestEnding:
    @pytest.mark.parametrize("wrapped", [True, False])
    def test_its_processes_and_its_folder_end_with_it(
        self, settings, tmp_path, monkeypatch, gone_soon, wrapped
    ):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        with WorkerService(wrapped=wrapped) as service:
            host = service.host()
            host.load("handin", {}, {})()
            worker = host.fork(settings())
            worker.exchange([], 60)  # until then it may not have asked to end with its parent
            pids = (worker.pid, service._process.pid)
            if not wrapped:
                assert [path.name[:7] for path in tmp_path.iterdir()] == ["grader-"]
        assert all(map(gone_soon, pids))
        assert list(tmp_path.iterdir()) == []
        host.close()
        worker._close()

    def test_one_that_does_not_end_by_itself_is_ended(self, monkeypatch, state_of):
        monkeypatch.setattr(service_module, "END_WALL_S", 0.05)
        service = WorkerService(wrapped=False)
        service.versions()
        stopped = service._process.pid
        os.kill(stopped, 19)  # SIGSTOP: it neither sees the end of its channel nor answers
        service.close()
        assert service._process.returncode == -9
        assert state_of(stopped) == ""

    def test_it_may_be_closed_after_it_said_its_last_words(self, tmp_path):
        service = WorkerService("/bin/true", wrapped=False)
        with pytest.raises(WorkerDidNotStart, match="did not start within 60 s"):
            service.versions()
        service.close()
        assert service._process.stderr.closed


def test_a_bubblewrap_of_which_one_half_hangs_is_given_up_and_nothing_of_it_stays(
    monkeypatch, tmp_path, gone_soon
):
    """Its outer half was killed before it told the inner half to go on, which waits for ever."""
    pid_file = tmp_path / "pid"
    hangs = f"sleep 1000 & echo $! > {pid_file}; kill -9 $$"
    monkeypatch.setattr(service_module, "START_WALL_S", 1.0)
    monkeypatch.setattr(bubblewrap, "find", lambda: "/bin/sh")
    monkeypatch.setattr(bubblewrap, "command", lambda *_: ["/bin/sh", "-c", hangs])
    with WorkerService() as running:
        with suppress(WorkerDidNotStart):  # where NumPy takes longer than that to import
            running.versions()
        assert "The worker process did not start within 1 s." in running.unwrapped_because
    inner = int(pid_file.read_text(encoding="ascii"))
    assert gone_soon(inner)


class TestOtherLibraries:
    def test_another_library_is_another_service_that_ends_with_the_first(self):
        pytest.importorskip("torch")
        with WorkerService(wrapped=False) as plain:
            assert plain.for_library("") is plain
            other = plain.for_library("torch")
            assert other is plain.for_library("torch")
            assert "torch" in other.versions()
            assert "torch" not in plain.versions()
        assert other._process.poll() == 0

    def test_a_library_of_one_file_is_that_file(self, tmp_path, monkeypatch):
        (tmp_path / "only_a_file.py").touch()
        monkeypatch.syspath_prepend(tmp_path)
        found = list(service_module._folders(["only_a_file"]))
        assert found == [str(tmp_path / "only_a_file.py")]

    def test_of_a_library_in_a_folder_that_several_share_it_is_that_folder(
        self, tmp_path, monkeypatch
    ):
        part = tmp_path / "shared_by_several" / "part"
        part.mkdir(parents=True)
        (part / "__init__.py").touch()
        monkeypatch.syspath_prepend(tmp_path)
        assert list(service_module._folders(["shared_by_several.part"])) == [str(part.parent)]
        assert list(service_module._folders(["shared_by_several.other", "nobody_has.part"])) == []

    def test_what_is_installed_is_looked_up(self):
        assert service_module.is_installed("")
        assert service_module.is_installed("numpy")
        assert not service_module.is_installed("no_such_library")
