"""The command line of bubblewrap: what is bound, what is hidden, and that the real one runs it."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig

import numpy as np
import pytest

from grader.worker import bubblewrap


def pairs(command, option):
    """The two words after each occurrence of an option."""
    found = [at for at, word in enumerate(command) if word == option]
    return [tuple(command[at + 1 : at + 3]) for at in found]


def made(bound=(), **environment):
    return bubblewrap.command("/usr/bin/bwrap", ["python", "-c", "pass"], bound, environment)


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Plays a machine whose interpreter lies in a folder of its own."""
    home = tmp_path / "python"
    standard = home / "lib" / "python3.11"
    (standard / "site-packages").mkdir(parents=True)
    (home / "bin").mkdir()
    program = home / "bin" / "python3.11"
    program.touch()
    (tmp_path / "link").symlink_to(program)
    monkeypatch.setattr(sys, "_base_executable", str(tmp_path / "link"))
    monkeypatch.setattr(sys, "base_prefix", str(home))
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(standard))
    return home


class TestCommand:
    def test_it_begins_with_the_program_and_ends_with_the_command(self):
        command = made()
        assert command[0] == "/usr/bin/bwrap"
        assert command[-4:] == ["--", "python", "-c", "pass"]

    def test_the_network_the_processes_and_the_names_are_its_own(self):
        command = made()
        kinds = ("pid", "net", "ipc", "uts", "cgroup-try")
        assert {f"--unshare-{kind}" for kind in kinds} <= set(command)
        assert {"--die-with-parent", "--new-session", "--clearenv"} <= set(command)
        assert pairs(command, "--cap-drop")[0][0] == "ALL"

    def test_root_keeps_what_makes_other_users_and_nothing_else(self, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: 0)
        command = made()
        assert [name for name, _ in pairs(command, "--cap-add")] == [
            *("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_CHOWN", "CAP_KILL"),
            "CAP_DAC_READ_SEARCH",
        ]
        assert command.index("--cap-drop") < command.index("--cap-add")
        assert "--unshare-user" not in command

    def test_anybody_else_becomes_nobody_in_a_namespace_of_users(self, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: 1000)
        command = made()
        assert "--cap-add" not in command
        assert "--unshare-user" in command
        assert (pairs(command, "--uid")[0][0], pairs(command, "--gid")[0][0]) == ("65534",) * 2

    def test_the_environment_holds_what_was_given(self):
        command = made(A="1", B="two words")
        assert pairs(command, "--setenv") == [("A", "1"), ("B", "two words")]
        assert command.index("--clearenv") < command.index("--setenv")

    def test_the_scratch_folder_has_a_size_and_is_for_every_user(self):
        command = made()
        at = command.index("--perms")
        assert command[at : at + 6] == [
            *("--perms", "1777", "--size", str(64 << 20), "--tmpfs", bubblewrap.SCRATCH)
        ]

    def test_what_is_bound_besides_comes_after_the_packages_were_hidden(self, machine):
        packages = str(machine / "lib/python3.11/site-packages")
        command = made(bound=(f"{packages}/numpy",))
        assert pairs(command, "--ro-bind-try") == [(f"{packages}/numpy",) * 2]
        hidden = [at for at, word in enumerate(command[:-1])
                  if (word, command[at + 1]) == ("--tmpfs", packages)]  # fmt: skip
        shown = command.index("--ro-bind-try")
        standard = command.index(str(machine / "lib/python3.11"))
        assert [standard < at < shown for at in hidden] == [True]
        assert pairs(command, "--remount-ro")[0][0] == "/"
        assert command.index("--remount-ro") > shown

    def test_nothing_that_is_bound_can_be_written(self):
        assert "--bind" not in made()
        assert "--dev-bind" not in made()


class TestInterpreters:
    def test_it_is_found_behind_links(self, machine):
        assert bubblewrap.interpreter() == os.path.realpath(machine / "bin/python3.11")

    def test_without_a_base_the_running_one_is_taken(self, monkeypatch):
        monkeypatch.delattr(sys, "_base_executable")
        assert bubblewrap.interpreter() == os.path.realpath(sys.executable)

    def test_the_interpreter_its_library_and_the_libraries_beside_it_are_bound(self, machine):
        for name in ("libpython3.11.so", "libpython3.11.so.1.0"):
            (machine / "lib" / name).touch()
        (machine / "lib" / "folder.so").mkdir()
        (machine / "lib" / "secret.txt").touch()
        bound = [path for path, _ in pairs(made(), "--ro-bind")]
        assert bound[:4] == [
            str(machine / "bin/python3.11"),
            str(machine / "lib/python3.11"),
            str(machine / "lib/libpython3.11.so"),
            str(machine / "lib/libpython3.11.so.1.0"),
        ]
        assert [path for path in bound[4:] if path.startswith(str(machine))] == []

    def test_a_platform_without_a_name_binds_no_folder_of_its_own(self, machine, monkeypatch):
        monkeypatch.setattr(sysconfig, "get_config_var", lambda name: None)
        bound = {path for path, _ in pairs(made(), "--ro-bind")}
        assert not bound & {"/lib", "/usr/lib", "/lib/", "/usr/lib/"}

    def test_an_interpreter_of_the_system_brings_no_libraries_along(self, machine, monkeypatch):
        monkeypatch.setattr(sys, "base_prefix", "/usr")
        assert list(bubblewrap._libraries_beside()) == []

    def test_no_path_is_bound_twice_and_links_of_the_system_are_links(self, monkeypatch):
        monkeypatch.setattr(os.path, "islink", lambda path: path == "/lib")
        monkeypatch.setattr(os, "readlink", lambda path: "usr/lib")
        command = made()
        assert pairs(command, "--symlink") == [("usr/lib", "/lib")]
        paths = [os.path.realpath(path) for path, _ in pairs(command, "--ro-bind")]
        assert len(set(paths)) == len(paths) > 2

    def test_a_library_without_a_folder_of_packages_needs_none_hidden(self, machine):
        (machine / "lib/python3.11/site-packages").rmdir()
        assert list(bubblewrap._package_folders()) == []


LOOK = """
import json, os, socket, sys
def names(path):
    try:
        return sorted(os.listdir(path))
    except OSError:
        return None
def writable(path):
    try:
        open(path + "/file", "w").close()
    except OSError:
        return False
    return True
print(json.dumps({
    "processes": [name for name in os.listdir("/proc") if name.isdigit()],
    "interfaces": [name for _, name in socket.if_nameindex()],
    "environment": dict(os.environ),
    "passwd": os.path.exists("/etc/passwd"),
    "here": os.path.exists(sys.argv[1]),
    "packages": names(os.path.dirname(sys.argv[2])),
    "writable": [path for path in ("/", "/usr", *sys.argv[2:]) if writable(path)],
}))
"""


def test_the_real_one_shows_what_is_bound_and_nothing_else():
    program = bubblewrap.find()
    if program is None:
        pytest.skip("bubblewrap is not installed")
    packages = os.path.dirname(os.path.realpath(np.__file__))
    python = [bubblewrap.interpreter(), "-I", "-S", "-c", LOOK, __file__, packages]
    python.append(bubblewrap.SCRATCH)
    command = bubblewrap.command(program, python, (packages,), {"LANG": "C.UTF-8"})
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env={})
    if done.returncode and done.stderr.startswith("bwrap:"):
        pytest.skip(f"bubblewrap does not work here: {done.stderr.strip()}")
    seen = json.loads(done.stdout)
    assert len(seen["processes"]) <= 2  # bubblewrap's own and this one
    assert seen["interfaces"] == ["lo"]
    assert seen["environment"].pop("PWD", "/") == "/"
    assert seen["environment"] == {"LANG": "C.UTF-8"}
    assert (seen["passwd"], seen["here"]) == (False, False)
    assert seen["packages"] == ["numpy"]
    assert seen["writable"] == [bubblewrap.SCRATCH]


@pytest.mark.parametrize("path", [None, "/opt/bin/bwrap"])
def test_it_is_looked_for_on_the_path(monkeypatch, path):
    asked = []
    monkeypatch.setattr(shutil, "which", lambda name: asked.append(name) or path)
    assert bubblewrap.find() == path
    assert asked == ["bwrap"]
