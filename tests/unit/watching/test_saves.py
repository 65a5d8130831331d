"""What counts as a save, whatever way an editor saves in."""

import shutil

import pytest

from grader.watching import saves as saves_module
from grader.watching.saves import saves, stamps


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    (folder / "hw").mkdir(parents=True)
    (folder / "hw" / "layers.py").write_text("one")
    return folder


@pytest.fixture
def events(monkeypatch):
    """Has the folder be looked at without an event; by turns does what it is told to do."""

    def script(*acts):
        def watch(*_, **__):
            for act in turns:
                act()
                yield set()

        turns = iter(acts)
        monkeypatch.setattr(saves_module, "watch", watch)

    return script


def collected(path, count, seen=None):
    found = saves(path, stamps(path) if seen is None else seen)
    return [next(found) for _ in range(count)]


def in_place(work):
    (work / "hw" / "layers.py").write_text("another")


def by_renaming(work):
    (work / "hw" / ".layers.py.swp").write_text("three")
    (work / "hw" / ".layers.py.swp").replace(work / "hw" / "layers.py")


def by_deleting(work):
    (work / "hw" / "layers.py").unlink()
    (work / "hw" / "layers.py").write_text("again")


def twice(work):
    in_place(work)
    in_place(work)


@pytest.mark.parametrize("save", [in_place, by_renaming, by_deleting, twice])
def test_a_file_is_saved_once_whatever_the_editor_does(work, events, save):
    events(lambda: None, lambda: save(work), lambda: None, lambda: (work / "end.py").touch())
    assert collected(work, 2) == [("layers.py",), ("end.py",)]


def test_what_was_saved_before_the_watch_began_is_not_missed(work, events):
    seen = stamps(work)
    in_place(work)
    events(lambda: None)
    assert collected(work, 1, seen) == [("layers.py",)]


def test_new_and_removed_files_are_told(work, events):
    events(lambda: (work / "hw" / "new.py").touch(), lambda: (work / "hw" / "layers.py").unlink())
    assert collected(work, 2) == [("new.py",), ("layers.py",)]


@pytest.mark.parametrize("name", ["layers.py~", ".git/index", "__pycache__/a.pyc", "4913", "a.tmp"])
def test_what_editors_and_python_leave_is_no_save(work, events, name):
    def leave():
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text("x")

    events(leave, lambda: in_place(work))
    assert collected(work, 1) == [("layers.py",)]


def test_a_single_file_is_watched_alone(work, events):
    file = work / "hw" / "layers.py"
    events(lambda: (work / "hw" / "other.py").touch(), lambda: in_place(work))
    assert collected(file, 1) == [("layers.py",)]
    assert stamps(file).keys() == {"layers.py"}


def test_a_folder_that_goes_is_told_and_waited_for(work, events, monkeypatch):
    kept = shutil.copytree(work, work.parent / "kept")
    monkeypatch.setattr(saves_module.time, "sleep", lambda _: kept.rename(work))
    events(lambda: shutil.rmtree(work), lambda: in_place(work))
    assert collected(work, 3) == [(), (), ("layers.py",)]


def test_a_folder_in_the_place_of_another_is_watched_anew(work, events):
    def replace():
        shutil.copytree(work, work.parent / "copy")
        work.rename(work.parent / "old")
        (work.parent / "copy").rename(work)

    events(replace, lambda: in_place(work))
    (names,) = collected(work, 1)
    assert "layers.py" in names


def test_a_folder_that_goes_while_the_watch_begins_is_no_fault(work, monkeypatch):
    def watch(*_, **__):
        shutil.rmtree(work)
        raise FileNotFoundError
        yield

    monkeypatch.setattr(saves_module, "watch", watch)
    assert collected(work, 1) == [()]


def test_nothing_is_noted_of_what_is_not_there(tmp_path):
    assert stamps(tmp_path / "nowhere") == {}
