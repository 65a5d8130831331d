"""Workers' folders: how much is too much, and that nothing stays of them."""

import os

import pytest

from grader.worker.inside import scratch


@pytest.fixture
def small(monkeypatch):
    """Lowers what a worker may write to 1 MiB and 10 entries."""
    monkeypatch.setattr(scratch, "MAX_BYTES", 1 << 20)
    monkeypatch.setattr(scratch, "MAX_ENTRIES", 10)


def write(path, size):
    path.write_bytes(b"\1" * size)


@pytest.mark.usefixtures("small")
class TestMeasuring:
    def test_an_empty_folder_and_one_that_is_gone_hold_nothing(self, tmp_path):
        assert not scratch.is_overfull(str(tmp_path))
        assert not scratch.is_overfull(str(tmp_path / "gone"))

    def test_bytes_are_counted_wherever_they_lie(self, tmp_path):
        inner = tmp_path / "a" / "b"
        inner.mkdir(parents=True)
        write(tmp_path / "one", 600 << 10)
        assert not scratch.is_overfull(str(tmp_path))
        write(inner / "two", 600 << 10)
        assert scratch.is_overfull(str(tmp_path))

    def test_entries_are_counted_wherever_they_lie(self, tmp_path):
        (tmp_path / "a").mkdir()
        for number in range(9):
            (tmp_path / "a" / str(number)).touch()
        assert not scratch.is_overfull(str(tmp_path))
        (tmp_path / "one_more").touch()
        assert scratch.is_overfull(str(tmp_path))

    def test_what_a_file_only_pretends_to_hold_is_not_counted(self, tmp_path):
        with open(tmp_path / "sparse", "wb") as file:
            file.truncate(1 << 30)
        assert not scratch.is_overfull(str(tmp_path))

    def test_what_lies_behind_a_link_is_not_counted(self, tmp_path):
        outside, inside = tmp_path / "outside", tmp_path / "inside"
        for folder in (outside, inside):
            folder.mkdir()
        write(outside / "large", 2 << 20)
        (inside / "link").symlink_to(outside)
        (inside / "file").symlink_to(outside / "large")
        assert not scratch.is_overfull(str(inside))

    def test_what_is_removed_meanwhile_is_passed_over(self, tmp_path, monkeypatch):
        class Gone:
            path = str(tmp_path / "gone")

            def stat(self, follow_symlinks):
                raise FileNotFoundError

        class Found(list):
            def __enter__(self):
                return self

            def __exit__(self, *_):
                return False

        real = os.scandir
        kinds = iter([lambda _: Found([Gone()] * 3)])
        monkeypatch.setattr(scratch.os, "scandir", lambda path: next(kinds, real)(path))
        assert not scratch.is_overfull(str(tmp_path))


class TestRemoving:
    def test_a_folder_goes_with_all_that_is_in_it(self, tmp_path):
        folder = tmp_path / "work"
        (folder / "a" / "b").mkdir(parents=True)
        (folder / "a" / "b" / "file").touch()
        (folder / "file").touch()
        scratch.remove(str(folder))
        assert list(tmp_path.iterdir()) == []

    def test_one_that_is_gone_is_no_error(self, tmp_path):
        scratch.remove(str(tmp_path / "gone"))

    def test_folders_that_nobody_may_enter_go(self, in_child, tmp_path):
        folder = tmp_path / "work"
        (folder / "a" / "b" / "c").mkdir(parents=True)
        (folder / "a" / "b" / "file").touch()
        for path in ("a/b/c", "a/b", "a"):
            (folder / path).chmod(0)
        os.chmod(tmp_path, 0o777)  # noqa: S103  # a user other than root removes it below
        if os.getuid() == 0:
            for path, names, files in os.walk(tmp_path):
                for name in ("", *names, *files):
                    os.chown(os.path.join(path, name), 65534, 65534)

        def live(_channel):
            if os.getuid() == 0:
                os.setresuid(65534, 65534, 65534)
            # Root's temporary folders let nobody else pass, so the way is relative.
            scratch.remove("work")
            return os.listdir(".")

        here = os.getcwd()
        os.chdir(tmp_path)
        try:
            assert in_child(live) == []
        finally:
            os.chdir(here)

    def test_folders_nested_beyond_what_a_path_can_say_go(self, tmp_path):
        folder = tmp_path / "work"
        folder.mkdir()
        inner = os.open(folder, os.O_RDONLY)
        for _ in range(200):  # of 100 characters each: several times the longest path
            os.mkdir("x" * 100, dir_fd=inner)
            deeper = os.open("x" * 100, os.O_RDONLY, dir_fd=inner)
            os.close(inner)
            inner = deeper
        os.close(inner)
        scratch.remove(str(folder))
        assert list(tmp_path.iterdir()) == []

    def test_what_a_link_points_to_stays(self, tmp_path):
        outside, folder = tmp_path / "outside", tmp_path / "work"
        for path in (outside / "inner", folder / "a"):
            path.mkdir(parents=True)
        (folder / "link").symlink_to(outside)
        (folder / "a" / "link").symlink_to(outside)
        scratch.remove(str(folder))
        assert not folder.exists()
        assert (outside / "inner").is_dir()
