"""Kind `files`: names, documents and sizes of what was handed in."""

import pytest

from grader.checks import CHECK_KINDS
from grader.checks.files import all_paths
from grader.checks.question import Question
from grader.handin import HandIn
from grader.handin.model import Document
from grader.handin.notebook import Cell, Notebook
from grader.records import CheckSpec, Outcome

KIND = CHECK_KINDS["files"]
NAME = {"called": r"hw2_(?P<id1>\d{9})_(?P<id2>\d{9})\.(ipynb|zip)", "example": "hw2_id1_id2.ipynb"}
PDF = Document("hw2/report.pdf", 4_000, "pdf", 2)


def handin(name="hw2_000000001_000000002.zip", kind="zip", documents=(PDF,), **fields):
    given = {
        "id": "x",
        "digest": "",
        "root": "hw2",
        "root_name": "hw2",
        "files": {"hw2.py": b"x = 1\n"},
        "others": ("hw2/report.pdf",),
        "notes": (),
        **fields,
    }
    return HandIn(kind=kind, name=name, documents=tuple(documents), **given)


def ask(data, handed=None, hint=""):
    spec = CheckSpec("names/files", "files", KIND.parse({"subject": "hw2", **data}), hint=hint)
    return KIND.run(Question(spec, "hw2", 0, None, None, handin=handed or handin()))


class TestTheName:
    @pytest.mark.parametrize(
        "name",
        [
            "hw2_000000001_000000002.zip",
            "HW2_000000001_000000002.ZIP",
            "hw2_000000001_000000002.ipynb",
            "hw2_000000001_000000002 (1).zip",
        ],
    )
    def test_a_name_of_the_text_passes(self, name):
        assert ask(NAME, handin(name)).outcome is Outcome.PASSED

    def test_another_name_is_told_with_the_one_that_is_asked_for(self):
        result = ask(NAME, handin("homework.zip"), hint="See the text.")
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == (
            "The file is called 'homework.zip'; the text asks for hw2_id1_id2.ipynb. Rename it."
        )
        assert result.hint == "See the text."

    def test_without_an_example_the_pattern_is_shown(self):
        result = ask({"called": r"hw\d\.zip"}, handin("a.zip"))
        assert r"the text asks for hw\d\.zip." in result.message

    def test_a_folder_may_have_any_name(self):
        assert ask(NAME, handin("work", kind="folder")).outcome is Outcome.PASSED

    def test_one_number_twice_is_no_pair(self):
        result = ask(NAME, handin("hw2_000000001_000000001.zip"))
        assert "has the number 000000001 twice" in result.message

    def test_the_numbers_of_the_example_are_nobodys(self):
        wanted = {**NAME, "not_ids": ["123456789"]}
        result = ask(wanted, handin("hw2_123456789_000000001.zip"))
        assert "has 123456789, which the text gives as an example" in result.message


class TestNames:
    def test_only_these_files(self):
        result = ask({"only": ["*.pdf"]})
        assert result.message == (
            "'hw2/hw2.py': only *.pdf may be handed in. Leave everything else out."
        )

    def test_no_data(self):
        result = ask({"forbidden": ["*.pkl"]}, handin(others=("hw2/a.PKL",), documents=()))
        assert result.message.startswith("'hw2/a.PKL' must not be handed in")

    def test_what_is_forbidden_is_not_said_twice(self):
        data = {"forbidden": ["*.pkl"], "only": ["*.py"]}
        result = ask(data, handin(others=("a.pkl",), documents=()))
        assert result.message.count("a.pkl") == 1

    def test_what_is_required(self):
        assert ask({"required": ["hw2/*.py"]}).outcome is Outcome.PASSED
        result = ask({"required": ["*.ipynb"]})
        assert result.message == "There is no *.ipynb among the 2 files. Add it."

    def test_all_findings_are_said_at_once(self):
        data = {**NAME, "required": ["*.ipynb", "*.csv"], "only": ["*.pdf"]}
        result = ask(data, handin("a.zip"))
        assert result.evidence["problems"] == 4
        assert all(word in result.message for word in ("a.zip", "*.ipynb", "*.csv", "hw2.py"))

    def test_a_module_made_of_a_notebook_is_no_file(self):
        book = Notebook("hw2.ipynb", (Cell(1, "code", "x"),), module="hw2.py")
        made = handin(
            root=".",
            files={"hw2.py": b"# %% cell 1 of hw2.ipynb\nx\n"},
            others=(),
            documents=(),
            notebooks=(book,),
        )
        assert all_paths(made) == ("hw2.ipynb",)


class TestTheReport:
    def test_a_pdf_passes(self):
        assert ask({"report": {"pages": 2}}).outcome is Outcome.PASSED

    def test_it_may_lack_where_it_is_optional(self):
        assert ask({"report": {}}, handin(documents=())).message == (
            "There is no report *.pdf. Add it."
        )
        assert ask({"report": {"optional": True}}, handin(documents=())).credit == 1

    @pytest.mark.parametrize(
        ("document", "said"),
        [
            (Document("a.pdf", 0), "is empty (0 bytes)"),
            (Document("a.pdf", 9), "is no PDF, whatever its name says. Export"),
            (Document("a.pdf", 9, "zip"), "its first bytes are those of zip"),
            (Document("a.pdf", 9, "pdf", 3, whole=False), "has no end, as after an upload"),
            (Document("a.pdf", 9, "pdf", 1), "has 1 pages; the text asks for 2 at least"),
        ],
    )
    def test_what_is_wrong_with_one_is_told(self, document, said):
        result = ask({"report": {"pages": 2}}, handin(documents=(document,)))
        assert result.outcome is Outcome.FAILED
        assert said in result.message

    def test_pages_that_nobody_could_count_are_not_held_against_it(self):
        document = Document("a.pdf", 9, "pdf", 0)
        assert ask({"report": {"pages": 2}}, handin(documents=(document,))).credit == 1


def test_the_largest_file_is_named_where_all_are_too_large():
    large = Document("hw2/weights.bin", 3 * 2**20)
    result = ask({"max_mib": 2}, handin(documents=(PDF, large)))
    assert result.message == (
        "The files have 3.0 MiB, most of it 'hw2/weights.bin'; at most 2 MiB are taken. Leave "
        "data and checkpoints out."
    )


def test_modules_without_a_hand_in_are_not_judged():
    spec = CheckSpec("names/files", "files", KIND.parse({"required": ["*.pdf"]}))
    result = KIND.run(Question(spec, "hw2", 0, None, None))
    assert result.outcome is Outcome.NOT_RUN_HERE


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Nothing is asked. Add one of called, only, required, forbidden, report, max_mib."),
        ({"called": "("}, "called: '(' is no regular expression: "),
    ],
)
def test_a_rubric_that_makes_no_sense_is_refused(data, said):
    with pytest.raises(ValueError) as error:  # noqa: PT011  # its words are read below
        KIND.parse(data)
    assert str(error.value).startswith(said)
