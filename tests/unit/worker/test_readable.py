"""Which files a worker may read: what is opened, and whether another user could reach it."""

import os

import numpy as np
import pytest

from grader.worker.inside import readable as readable_module
from grader.worker.inside.readable import is_open_to_all, open_readable

PACKAGES = (os.path.dirname(np.__file__),)


@pytest.fixture
def readable():
    opened = open_readable(PACKAGES)
    yield opened
    for handle, _ in opened.handles:
        os.close(handle)


def test_folders_and_files_are_told_apart_and_nothing_installed_is_among_them(readable):
    paths = {os.readlink(f"/proc/self/fd/{handle}"): is_folder
             for handle, is_folder in readable.handles}  # fmt: skip
    assert paths["/dev/null"] is False
    assert paths[os.path.realpath(PACKAGES[0])] is True
    assert all(os.path.isdir(path) == is_folder for path, is_folder in paths.items())
    names = {os.path.basename(path) for path in paths}
    assert not names & {"site-packages", "dist-packages"}
    assert "/" not in paths
    assert not any(os.path.realpath(__file__).startswith(path + "/") for path in paths)


def test_paths_that_are_not_there_are_left_out(readable, monkeypatch):
    monkeypatch.setattr(readable_module, "is_open_to_all", lambda path: True)
    more = open_readable((*PACKAGES, "/nowhere/at/all"))
    for handle, _ in more.handles:
        os.close(handle)
    assert len(more.handles) == len(readable.handles)
    assert more.for_everybody


def test_a_standard_library_without_packages_in_it_is_opened_as_one(readable):
    standard = os.path.dirname(os.__file__)
    opened = open_readable(PACKAGES, alone=True)
    paths = {os.readlink(f"/proc/self/fd/{handle}") for handle, _ in opened.handles}
    apart = {os.readlink(f"/proc/self/fd/{handle}") for handle, _ in readable.handles}
    for handle, _ in opened.handles:
        os.close(handle)
    assert os.path.realpath(standard) in paths
    assert os.path.realpath(standard) not in apart
    assert os.path.realpath(os.__file__) not in paths
    assert os.path.realpath(os.__file__) in apart


def test_a_platform_without_a_name_opens_no_folder_of_all_libraries(monkeypatch):
    monkeypatch.setattr(readable_module.sysconfig, "get_config_var", lambda name: None)
    opened = open_readable(())
    paths = {os.readlink(f"/proc/self/fd/{handle}") for handle, _ in opened.handles}
    for handle, _ in opened.handles:
        os.close(handle)
    assert not paths & {"/lib", "/usr/lib"}


@pytest.mark.parametrize(("mode", "to_all"), [(0o755, True), (0o711, True), (0o750, False)])
def test_one_closed_folder_on_the_way_keeps_others_out(tmp_path, monkeypatch, mode, to_all):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    inner.chmod(0o755)
    (tmp_path / "a").chmod(mode)
    monkeypatch.chdir(tmp_path)
    assert is_open_to_all(os.path.join("a", "b")) is to_all


def test_one_package_that_is_closed_closes_all(tmp_path):
    closed = tmp_path / "package"
    closed.mkdir(mode=0o700)
    opened = open_readable((str(closed),))
    for handle, _ in opened.handles:
        os.close(handle)
    assert not opened.for_everybody
