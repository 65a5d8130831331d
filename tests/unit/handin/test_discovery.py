"""Where the work is: what is found, what is settled with a note, what is refused."""

from __future__ import annotations

import pytest

from grader.errors import PackageRootAmbiguous, PackageRootMissing
from grader.handin.discovery import Found, find_root, folder_name, gather, spelling_of
from grader.handin.model import Listing

ROOTS = ("ece662", "ece697ls", "cs231n")
EXPECTS = ("layers.py", "optim.py", "classifiers/fc_net.py", "classifiers/cnn.py")


def listing(
    *paths: str | tuple[str, str],
    name: str = "hw",
    others: tuple[str, ...] = (),
    ignored: tuple[str, ...] = (),
) -> Listing:
    """Lists sources; a path alone has its own text as its source."""
    sources = dict(path if isinstance(path, tuple) else (path, path) for path in paths)
    return Listing(
        kind="folder",
        name=name,
        sources=tuple(sorted(sources)),
        others=others,
        ignored=ignored,
        notes=(),
        read=lambda path: sources[path].encode(),
    )


def find(held: Listing, root: str | None = None) -> Found:
    return find_root(held, roots=ROOTS, expects=EXPECTS, root=root)


def refused(held: Listing, root: str | None = None) -> str:
    with pytest.raises(PackageRootMissing) as caught:
        find(held, root)
    return caught.value.message


@pytest.mark.parametrize(
    ("held", "root"),
    [
        (listing("x.py", "CS231N/layers.py"), "CS231N"),
        (listing(others=("ece662/answers.yaml", "report.pdf")), "ece662"),
        (listing(others=("answers.yaml",)), "."),
    ],
)
def test_where_no_module_is_asked_for_a_folder_of_the_right_name_will_do(
    held: Listing, root: str
) -> None:
    assert find_root(held, roots=ROOTS, expects=()) == Found(root)


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("ece662/layers.py", "ece662"),
        ("assignment3/ece662/layers.py", "assignment3/ece662"),
        ("My Übung (2)/a b/cs231n/classifiers/cnn.py", "My Übung (2)/a b/cs231n"),
        ("ECE697LS/optim.py", "ECE697LS"),
        ("starter/ece662/layers.py", "starter/ece662"),
    ],
)
def test_a_named_root_is_found_at_any_depth(path: str, root: str) -> None:
    assert find(listing(path, "setup.py", "tools/x.py")) == Found(root)


def test_a_folder_with_the_name_but_without_the_modules_is_passed_over() -> None:
    held = listing("ece662/data_utils.py", "mine/cs231n/layers.py")
    assert find(held) == Found("mine/cs231n")


def test_the_hand_in_itself_can_be_the_root() -> None:
    assert find(listing("layers.py", "classifiers/cnn.py", name="ECE662")) == Found(".")


def test_a_renamed_folder_is_found_by_what_it_holds() -> None:
    found = find(listing("work/layers.py", "work/optim.py", "tests/layers.py"))
    assert found == Found(
        "work",
        (
            "No folder is named 'ece662' or 'ece697ls' or 'cs231n'; 'work' was read instead, "
            "because it holds 'layers.py', 'optim.py'.",
        ),
    )


def test_modules_at_the_top_are_found_by_what_they_are() -> None:
    found = find(listing("layers.py"))
    assert found.root == "."
    assert "the top of the hand-in was read instead, because it holds 'layers.py'" in found.notes[0]


def test_an_assignment_without_a_package_name_gets_no_note() -> None:
    found = find_root(listing("solution.py"), roots=(), expects=("solution.py",))
    assert found == Found(".")


def test_of_two_identical_copies_the_shallower_is_read() -> None:
    held = listing(
        ("b/c/ece662/layers.py", "x"), ("a/ece662/layers.py", "x"), ("z/cs231n/layers.py", "x")
    )
    assert find(held) == Found(
        "a/ece662",
        (
            "Read 'a/ece662', and left aside 'z/cs231n', 'b/c/ece662': the Python files are the "
            "same. Choose another one with --root PATH.",
        ),
    )


@pytest.mark.parametrize(
    "folder",
    [
        *"Solutions hw3_solution upstream Reference STARTER-code original backup2".split(),
        *("old", "hw_old", "OLD2", "Old versions"),
    ],
)
def test_a_folder_that_says_it_is_not_the_students_is_left_aside(folder: str) -> None:
    found = find(listing("mine/ece662/layers.py", f"{folder}/x/ece662/layers.py"))
    assert found.root == "mine/ece662"
    assert found.notes == (
        f"Read 'mine/ece662', and left aside '{folder}/x/ece662': it lies below a folder whose "
        "name says that it is not your version. Choose another one with --root PATH.",
    )


@pytest.mark.parametrize("folder", ["Harold", "gold", "threshold"])
def test_a_name_that_merely_contains_old_is_nobodys_backup(folder: str) -> None:
    with pytest.raises(PackageRootAmbiguous):
        find(listing("mine/ece662/layers.py", f"{folder}/ece662/layers.py"))


def test_a_candidate_inside_another_loses_to_it() -> None:
    found = find(
        listing("ece662/layers.py", "ece662/ece662/layers.py", "ece662/v2/cs231n/optim.py")
    )
    assert found.root == "ece662"
    assert "left aside 'ece662/ece662', 'ece662/v2/cs231n': it lies inside" in found.notes[0]


def test_the_exact_spelling_is_preferred() -> None:
    found = find(listing("a/ECE662/layers.py", "b/ece662/layers.py"))
    assert found.root == "b/ece662"
    assert "left aside 'a/ECE662': its name is not spelt as the assignment" in found.notes[0]


def test_what_cannot_be_told_apart_is_refused_with_every_choice() -> None:
    held = listing("a/ece662/layers.py", "b/cs231n/layers.py", "old/ece662/layers.py")
    with pytest.raises(PackageRootAmbiguous) as caught:
        find(held)
    assert caught.value.message == (
        "'hw' holds 3 folders that could be the work: 'a/ece662', 'b/cs231n', 'old/ece662'. Only "
        "one of them can be graded. Remove the others, or choose one with --root PATH; "
        "if they are several people's, give each as a hand-in of its own."
    )
    assert find(held, "b/cs231n") == Found("b/cs231n")


def test_two_renamed_folders_are_refused_too() -> None:
    with pytest.raises(PackageRootAmbiguous, match=r"'a', 'b'\. Only one of them can be graded"):
        find(listing("a/layers.py", "a/optim.py", "b/layers.py", "b/optim.py"))


@pytest.mark.parametrize("root", ["a/work", "./a/work/", "a\\work"])
def test_the_users_choice_needs_no_search(root: str) -> None:
    held = listing("a/work/optim.py", "ece662/layers.py")
    assert find(held, root) == Found("a/work")


def test_the_top_can_be_chosen() -> None:
    assert find(listing("layers.py", "ece662/layers.py"), ".") == Found(".")


def test_a_choice_without_the_modules_is_taken_with_a_note() -> None:
    assert find(listing("a/x.py", "ece662/layers.py"), "a").notes == (
        "--root chose 'a', which holds none of 'layers.py', 'optim.py', 'classifiers/fc_net.py', "
        "'classifiers/cnn.py'.",
    )


@pytest.mark.parametrize("root", ["b", "..", "/", "/ece662", "ece", "../hw/ece662"])
def test_a_choice_that_is_not_there_is_refused(root: str) -> None:
    message = refused(listing("ece662/layers.py", "x.py"), root)
    assert message.startswith(f"'hw' has no folder '{root}' with Python files in it")
    assert message.endswith("The folders with Python files are: '.', 'ece662'.")


def test_a_choice_in_a_folder_that_is_not_looked_into_says_so() -> None:
    message = refused(listing(ignored=("build",)), "build/ece662")
    assert message.endswith("Folders with these names were not looked into: 'build'.")


def test_a_hand_in_without_the_modules_says_what_it_has() -> None:
    held = listing(
        "x/util.py",
        others=("report.pdf", "x/work.zip", "\x1b[2J.txt"),
        ignored=("venv",),
    )
    assert refused(held) == (
        "No folder named 'ece662' or 'ece697ls' or 'cs231n' that holds any of 'layers.py', "
        "'optim.py', 'classifiers/fc_net.py', 'classifiers/cnn.py' was found in 'hw'. At its top "
        r"it has '\x1b[2J.txt', 'report.pdf', 'x'. Folders with these names were not looked into: "
        "'venv'. Not unpacked: 'x/work.zip'. Inside a hand-in only one zip is unpacked, where it "
        "is the only one and no Python file or notebook lies beside it. Hand in what is in them. "
        "Hand in the assignment's folder with its modules under the names they were given, or say "
        "where they are with --root PATH."
    )


def test_a_suffix_that_an_editor_has_added_is_told() -> None:
    assert (
        " An editor has put .txt behind the name of 'x/layers.py.txt', which some systems do not "
        "show. Take it off. Hand in"
    ) in refused(listing(others=("x/layers.py.txt", "notes.txt")))


def test_an_empty_hand_in_says_so() -> None:
    assert "was found in 'hw'. It is empty. Hand in" in refused(listing())


def test_a_long_list_of_names_is_cut() -> None:
    message = refused(listing(others=tuple(f"{n:02}.png" for n in range(30))))
    assert "'09.png' and 20 more." in message


def test_files_below_the_root_are_gathered() -> None:
    held = listing("a/ece662/layers.py", "a/ece662/classifiers/cnn.py", "a/tools.py")
    files, left_out, notes = gather(held, "a/ece662", EXPECTS)
    assert files == {
        "classifiers/cnn.py": b"a/ece662/classifiers/cnn.py",
        "layers.py": b"a/ece662/layers.py",
    }
    assert (left_out, notes) == (["a/tools.py"], [])


def test_files_that_no_import_can_name_are_left_out_with_a_note() -> None:
    held = listing("layers.py", "layers copy.py", "layers (1).py", "old-2/layers.py", ".x.py")
    files, left_out, notes = gather(held, ".", EXPECTS)
    assert list(files) == ["layers.py"]
    assert left_out == [".x.py", "layers (1).py", "layers copy.py", "old-2/layers.py"]
    assert notes == [
        "Not read, because no import can name them: '.x.py', 'layers (1).py', 'layers copy.py', "
        "'old-2/layers.py'. If one of them is the version to grade, give it the module's own name."
    ]


def test_flattened_modules_are_read_where_they_belong() -> None:
    files, left_out, notes = gather(listing("layers.py", "fc_net.py", "cnn.py"), ".", EXPECTS)
    assert files == {
        "layers.py": b"layers.py",
        "classifiers/fc_net.py": b"fc_net.py",
        "classifiers/cnn.py": b"cnn.py",
    }
    assert left_out == []
    assert notes == [
        f"'{name}' lies beside the other modules instead of in a folder of its own, so it was read "
        f"as 'classifiers/{name}'."
        for name in ("fc_net.py", "cnn.py")
    ]


def test_a_file_beside_a_folder_of_its_own_stays_where_it_is() -> None:
    held = listing("layers.py", "cnn.py", "classifiers/__init__.py")
    files, _, notes = gather(held, ".", EXPECTS)
    assert (sorted(files), notes) == (["classifiers/__init__.py", "cnn.py", "layers.py"], [])


def test_a_module_expected_at_the_top_as_well_is_not_moved() -> None:
    files, _, notes = gather(listing("net.py"), ".", ("net.py", "deep/net.py"))
    assert (list(files), notes) == (["net.py"], [])


def test_the_name_and_its_spelling() -> None:
    assert folder_name(listing(name="u\u0308"), ".") == "\u00fc"
    assert folder_name(listing(), "a/b") == "b"
    assert spelling_of("ECE662", ROOTS) == "ece662"
    assert spelling_of("a", ("A", "a")) == "a"
    assert spelling_of("work", ROOTS) is None
