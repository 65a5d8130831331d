"""Where an assignment's files are, and which assignment a folder seems to be of."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader import assignments
from grader.errors import UsageError
from grader.records import Criterion, HandInRules, Rubric


def put(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n", encoding="utf-8")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A repository with two assignments."""
    folder = tmp_path / "repository"
    put(
        folder,
        "rubrics/hw1/rubric.yaml",
        "rubrics/hw2/rubric.yaml",
        "rubrics/draft/notes.txt",
        "student_template/hw1/ece/__init__.py",
        "student_template/hw1/ece/layers.py",
        "student_template/hw1/ece/solver.py",
        "student_template/hw1/ece/nets/__init__.py",
        "student_template/hw1/ece/nets/fc_net.py",
        "student_template/hw1/setup.py",
        "student_template/hw2/mila/solution.py",
        "reference/__init__.py",
        "reference/layers/affine.py",
        "reference/handins/hw1/ece/layers.py",
    )
    monkeypatch.setattr(assignments, "HOME", folder)
    return folder


def rubric(*subjects, assignment="hw1", roots=("cs231n", "ece"), provided=()):
    criteria = tuple(Criterion(str(n), "", subject, 1, ()) for n, subject in enumerate(subjects))
    return Rubric(1, assignment, "", HandInRules(roots, provided=provided), criteria)


class TestFinding:
    def test_assignments_are_those_with_a_rubric(self, home):
        assert assignments.rubrics_dir() == home / "rubrics"
        assert assignments.assignment_ids() == ("hw1", "hw2")

    def test_this_repository_has_the_first_assignment(self):
        assert "umass_ece697ls_a1" in assignments.assignment_ids()


class TestGuessingByNotebooks:
    @pytest.fixture
    def patterns(self, home):
        for name, patterns in (("hw1", "['*.ipynb']"), ("hw2", "['*ece*hw2*', '*.ipynb']")):
            text = f"handin:\n  roots: [x]\n  notebooks: {{x.py: {patterns}}}\ncriteria: []\n"
            (home / "rubrics" / name / "rubric.yaml").write_text(text, encoding="utf-8")
        return home

    def test_a_notebook_of_the_template_is_known_by_its_name(self, home, tmp_path):
        put(home, "student_template/hw1/Layers.ipynb")
        put(tmp_path, "Layers.ipynb", "work/Layers.ipynb")
        assert assignments.guess_assignment(tmp_path / "Layers.ipynb") == "hw1"
        assert assignments.guess_assignment(tmp_path / "work") == "hw1"

    def test_the_one_archive_inside_is_looked_into(self, home, tmp_path):
        put(tmp_path, "bulk/report.txt")
        inner = tmp_path / "bulk" / "hw.ZIP"
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr("ece/layers.py", "")
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.write(inner, "Ada_1_assignsubmission_file_/hw.ZIP")
            archive.writestr("__MACOSX/._hw.ZIP", "")
        with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
            archive.write(tmp_path / "a.zip", "a.zip")
        assert assignments.guess_assignment(tmp_path / "bulk") == "hw1"
        assert assignments.guess_assignment(tmp_path / "a.zip") == "hw1"
        assert assignments.has_code(tmp_path / "a.zip")
        assert assignments.guess_assignment(tmp_path / "b.zip") is None
        assert not assignments.has_code(tmp_path / "b.zip")

    def test_a_pattern_of_its_own_decides(self, patterns, tmp_path):
        put(tmp_path, "ECE046211_hw2_1_2.ipynb", "w/x/my_ece_HW2.ipynb")
        assert assignments.guess_assignment(tmp_path / "ECE046211_hw2_1_2.ipynb") == "hw2"
        assert assignments.guess_assignment(tmp_path / "w") == "hw2"

    def test_one_that_fits_any_name_decides_only_alone(self, patterns, tmp_path):
        put(tmp_path, "work.ipynb")
        assert assignments.guess_assignment(tmp_path / "work.ipynb") is None
        put(patterns, "rubrics/hw2/rubric.yaml")
        assert assignments.guess_assignment(tmp_path / "work.ipynb") == "hw1"

    @pytest.mark.parametrize("text", ["handin:\n  notebooks: 3\n", "handin:\n  - [\n", "a: 1\n"])
    def test_a_rubric_that_cannot_be_read_is_left_to_its_reader(self, home, tmp_path, text):
        (home / "rubrics" / "hw1" / "rubric.yaml").write_text(text, encoding="utf-8")
        put(tmp_path, "work.ipynb")
        assert assignments.guess_assignment(tmp_path / "work.ipynb") is None

    def test_a_module_that_notebooks_stand_for_is_expected(self, home):
        rules = HandInRules(("ece",), notebooks={"hw2.py": ("*",)})
        made = Rubric(1, "hw1", "", rules, (Criterion("a", "", "hw2.xavier_init", 1, ()),))
        assert assignments.expected_files(made) == ("hw2.py",)


class TestGuessing:
    def test_a_folder_with_one_of_the_templates_files_is_of_that_assignment(self, home, tmp_path):
        put(tmp_path / "a", "code/ece/layers.py")
        put(tmp_path / "b", "solution.py", "readme.txt")
        assert assignments.guess_assignment(tmp_path / "a") == "hw1"
        assert assignments.guess_assignment(tmp_path / "b") == "hw2"

    def test_a_folder_that_fits_none_or_both_is_not_guessed(self, home, tmp_path):
        put(tmp_path / "none", "main.py", "__init__.py", "setup.py")
        put(tmp_path / "both", "layers.py", "x/solution.py")
        assert assignments.guess_assignment(tmp_path / "none") is None
        assert assignments.guess_assignment(tmp_path / "both") is None
        assert assignments.guess_assignment(tmp_path / "absent") is None

    @pytest.mark.parametrize("folder", [".git", "__MACOSX", "_old"])
    def test_hidden_folders_do_not_count(self, home, tmp_path, folder):
        put(tmp_path / "a", f"{folder}/layers.py")
        assert assignments.guess_assignment(tmp_path / "a") is None

    def test_a_folder_of_very_many_files_is_not_searched_to_the_end(self, home, tmp_path):
        put(tmp_path / "a", *(f"a/m{n}.py" for n in range(501)), "z/layers.py")
        assert assignments.guess_assignment(tmp_path / "a") is None

    def test_a_file_that_lies_very_deep_is_not_found(self, home, tmp_path):
        put(tmp_path / "a", "1/2/3/4/5/6/7/8/layers.py")
        assert assignments.guess_assignment(tmp_path / "a") is None

    def test_what_lies_very_deep_does_not_hide_what_does_not(self, home, tmp_path):
        put(tmp_path / "a", "1/2/3/4/5/6/7/8/other.py", "2/layers.py")
        assert assignments.guess_assignment(tmp_path / "a") == "hw1"

    def test_a_file_seven_folders_down_is_the_last_that_is_found(self, home, tmp_path):
        put(tmp_path / "a", "1/2/3/4/5/6/7/layers.py")
        assert assignments.guess_assignment(tmp_path / "a") == "hw1"

    def test_the_assignment_with_most_of_its_files_there_wins(self, home, tmp_path):
        put(tmp_path / "a", "layers.py", "fc_net.py", "solution.py")
        assert assignments.guess_assignment(tmp_path / "a") == "hw1"

    def test_a_script_alone_is_told_by_its_name(self, home, tmp_path):
        put(tmp_path, "solution.py", "main.py")
        assert assignments.guess_assignment(tmp_path / "solution.py") == "hw2"
        assert assignments.guess_assignment(tmp_path / "main.py") is None

    def test_an_archive_is_told_by_the_names_in_it(self, home, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("work/solution.py", "")
        assert assignments.guess_assignment(tmp_path / "a.zip") == "hw2"

    def test_what_is_no_archive_is_not_guessed(self, home, tmp_path):
        put(tmp_path, "a.zip", "solution.py")
        assert assignments.guess_assignment(tmp_path / "a.zip") is None
        assert assignments.guess_assignment(tmp_path / "solution.txt") is None


class TestSources:
    def test_expected_files_are_those_of_the_subjects_once_each(self, home):
        made = rubric("layers.f", "nets.fc_net.Net.loss", "layers.g", "gone.f", "")
        assert assignments.expected_files(made) == ("layers.py", "nets/fc_net.py")

    def test_template_sources_are_below_the_first_root_that_there_is(self, home):
        sources = assignments.template_sources(rubric())
        assert list(sources) == [
            "__init__.py",
            "layers.py",
            "nets/__init__.py",
            "nets/fc_net.py",
            "solver.py",
        ]
        assert sources["layers.py"] == b"# student_template/hw1/ece/layers.py\n"

    def test_only_what_the_rubric_names_is_provided(self, home):
        made = rubric(provided=("solver.py", "absent.py"))
        assert list(assignments.provided_sources(made)) == ["solver.py"]

    def test_reference_sources_and_library_are_kept_apart(self, home):
        assert list(assignments.reference_sources(rubric())) == ["layers.py"]
        assert list(assignments.reference_library(rubric())) == ["__init__.py", "layers/affine.py"]

    def test_what_lies_beside_the_rubric_comes_first(self, home, tmp_path):
        for name in ("template/ece/a.py", "reference/library/b.py", "reference/handin/ece/c.py"):
            (tmp_path / "course" / name).parent.mkdir(parents=True)
            (tmp_path / "course" / name).write_text("")
        made = replace(rubric(), path=str(tmp_path / "course" / "rubric.yaml"))
        assert list(assignments.template_sources(made)) == ["a.py"]
        assert list(assignments.reference_library(made)) == ["b.py"]
        assert list(assignments.reference_sources(made)) == ["c.py"]
        with pytest.raises(
            UsageError, match=r"has no hw in .*course/template\. Check `assignment`"
        ):
            assignments.template_sources(replace(made, handin=HandInRules(("hw",))))

    @pytest.mark.parametrize(
        ("find", "folder"),
        [
            (assignments.template_sources, Path("student_template/hw1")),
            (assignments.reference_sources, Path("reference/handins/hw1")),
        ],
    )
    def test_a_package_that_is_not_there_is_told(self, home, find, folder):
        with pytest.raises(UsageError) as caught:
            find(rubric(roots=("hw", "homework")))
        assert str(caught.value) == (
            f"The assignment 'hw1' has no hw or homework in {folder}. "
            "Check `assignment` and `handin.roots` in the rubric."
        )

    @pytest.mark.parametrize(
        ("find", "installed", "beside"),
        [
            (assignments.template_sources, "student_template", "template"),
            (assignments.reference_sources, "reference/handins", "reference/handin"),
        ],
    )
    def test_of_a_course_of_ones_own_it_is_told_where_to_put_them(
        self, home, find, installed, beside
    ):
        with pytest.raises(UsageError) as caught:
            find(rubric(assignment="mine"))
        assert str(caught.value) == (
            f"The assignment 'mine' has no cs231n or ece in {installed}/mine, and no {beside} lies "
            f"beside its rubric. Put the files into {beside}/cs231n there, or correct `assignment` "
            "in the rubric."
        )


class TestCourseFolder:
    @pytest.fixture
    def copy(self, tmp_path):
        folder = tmp_path / "work"
        (folder / ".grader").mkdir(parents=True)
        (folder / ".grader" / "rubric.yaml").write_text("")
        (folder / "ece").mkdir()
        (folder / "ece" / "layers.py").write_text("")
        return folder

    def test_it_is_found_in_the_folder_and_above_it(self, copy):
        for path in (copy, copy / "ece", copy / "ece" / "layers.py"):
            assert assignments.course_folder(path) == copy / ".grader"

    def test_the_innermost_one_counts(self, copy):
        inner = copy / "ece" / ".grader"
        inner.mkdir()
        (inner / "rubric.yaml").write_text("")
        assert assignments.course_folder(copy / "ece") == inner

    def test_a_folder_without_a_rubric_is_none(self, tmp_path):
        (tmp_path / ".grader").mkdir()
        assert assignments.course_folder(tmp_path) is None
