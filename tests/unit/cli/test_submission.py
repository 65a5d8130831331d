"""What a student means who hands in one thing."""

from grader.cli.submission import find_submission

ANY = ("folder", "zip", "notebook", "script")


def put(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return folder


def test_one_archive_is_the_hand_in(tmp_path):
    put(tmp_path, "work.ZIP", "__MACOSX/._work.zip", ".DS_Store")
    assert find_submission(tmp_path, ANY) == tmp_path / "work.ZIP"


def test_one_notebook_or_script_is_the_hand_in_where_it_is_accepted(tmp_path):
    put(tmp_path, "solution.ipynb")
    assert find_submission(tmp_path, ANY) == tmp_path / "solution.ipynb"
    assert find_submission(tmp_path, ("folder", "zip")) == tmp_path


def test_several_files_are_one_hand_in(tmp_path):
    put(tmp_path, "a.zip", "b.zip")
    assert find_submission(tmp_path, ANY) == tmp_path


def test_it_goes_into_folders_for_an_archive_that_is_alone_there(tmp_path):
    put(tmp_path, "upload/inner/work.zip")
    assert find_submission(tmp_path, ANY) == tmp_path / "upload" / "inner" / "work.zip"


def test_the_folder_that_the_assignment_asks_for_is_not_gone_into(tmp_path):
    put(tmp_path, "ece662/layers.py", "ece662/optim.py")
    assert find_submission(tmp_path, ANY) == tmp_path


def test_a_link_is_not_followed(tmp_path):
    secret = put(tmp_path / "course", "rubric.zip")
    handin = tmp_path / "handin"
    handin.mkdir()
    (handin / "work.zip").symlink_to(secret / "rubric.zip")
    assert find_submission(handin, ANY) == handin
    (handin / "work.zip").unlink()
    (handin / "work").symlink_to(secret)
    assert find_submission(handin, ANY) == handin


def test_a_file_and_what_is_not_there_are_left_as_they_are(tmp_path):
    archive = put(tmp_path, "work.zip") / "work.zip"
    assert find_submission(archive, ANY) == archive
    assert find_submission(tmp_path / "none", ANY) == tmp_path / "none"
    assert find_submission(put(tmp_path / "x", ".git/HEAD"), ANY) == tmp_path / "x"
