"""The page of messages holds what is said, and what is said keeps to the house's form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.messages.collect import Message, hints, messages, page

SOURCE = '''
"""A docstring is no message at all."""

SCHEMA = {"description": "A description is no message either."}


class Reader:
    def read(self, name, error):
        """Reads nothing, and this is no message."""
        if error:
            raise ValueError(f"{name.upper()} cannot be read: {error}. "
                             "Check the path.") from error
        raise KeyError("short")

    def say(self, count):
        hint = "Look at the axes of the sum." if count else ""
        return f"It has {'1 row' if count == 1 else 'several long rows too many'}; {count} is it."
'''

# Words that say nothing, blame, or belong to the machinery and not to any assignment.
BANNED = re.compile(
    r"\b(oops|something went wrong|invalid input|unexpected error|fatal|illegal|bad value|"
    r"stderr|zygote|deserializ\w*|subprocess|kwargs|dataclass|AI|agent)\b",
    re.IGNORECASE,
)


@pytest.fixture
def found(tmp_path: Path) -> list[Message]:
    package = tmp_path / "grader"
    package.mkdir()
    (package / "reader.py").write_text(SOURCE, encoding="utf-8")
    return list(messages(package))


@pytest.fixture(scope="module")
def all_messages() -> list[Message]:
    return [*messages(), *hints()]


def test_sentences_are_found_with_their_holes_and_nothing_else(found: list[Message]) -> None:
    assert found == [
        Message(
            "grader/reader.py:11",
            "Reader.read",
            "<name> cannot be read: <error>. Check the path.",
            raised=True,
        ),
        Message("grader/reader.py:16", "Reader.say", "Look at the axes of the sum.", raised=False),
        Message("grader/reader.py:17", "Reader.say", "It has <text>; <count> is it.", raised=False),
    ]


def test_the_page_tells_readers_apart(found: list[Message]) -> None:
    text = page(found)
    assert text.startswith("# Messages\n\n3 messages and parts of messages.\n")
    assert text.endswith(
        "## What staff may read\n\n### grader/reader.py\n\n"
        "- 11 `Reader.read` (raised): <name> cannot be read: <error>. Check the path.\n"
        "- 16 `Reader.say`: Look at the axes of the sum.\n"
        "- 17 `Reader.say`: It has <text>; <count> is it.\n"
    )


def test_the_package_s_messages_are_all_there(all_messages: list[Message]) -> None:
    texts = {one.text for one in all_messages}
    assert len(texts) > 800
    assert "Mend the forward pass first." in texts
    assert "<path> cannot be judged yet. <message>" in texts
    assert sum(one.for_students for one in all_messages) > 400


def test_hints_and_known_mistakes_are_on_the_page(all_messages: list[Message]) -> None:
    texts = {one.text: one for one in all_messages}
    hint = texts["The output is x, reshaped to (N, D), times w plus b."]
    assert hint.place.startswith("rubrics/umass_ece697ls_a1/rubric.yaml:")
    assert (hint.where, hint.for_students) == ("affine_forward", True)
    mistake = texts["This is what comes out when dw is averaged over the batch."]
    assert re.fullmatch(r"reference/misconceptions/\w+\.yaml:\d+", mistake.place)
    line = int(mistake.place.rpartition(":")[2])
    file = Path(__file__).parents[2] / mistake.place.rpartition(":")[0]
    assert (
        file.read_text("utf-8")
        .splitlines()[line - 1]
        .endswith("says: dw is averaged over the batch")
    )


def test_hints_and_known_mistakes_are_sentences(all_messages: list[Message]) -> None:
    said = [one for one in all_messages if not one.place.startswith("grader/")]
    assert len(said) > 600
    assert [one for one in said if not re.match(r"[A-Za-z0-9]", one.text)] == []
    assert [one for one in said if re.search(r"[.?!]{2}$|\bNone\.$", one.text)] == []


def test_no_message_uses_words_that_say_nothing_or_only_something_to_us(
    all_messages: list[Message],
) -> None:
    assert [one for one in all_messages if one.for_students and BANNED.search(one.text)] == []


def test_what_is_raised_to_people_ends_as_a_sentence(all_messages: list[Message]) -> None:
    """What begins with a capital letter is a sentence; others are parts that a caller completes."""
    python_s_own = "No module named "
    sentences = [one for one in all_messages if one.raised and re.match("[A-Z]", one.text)]
    assert len(sentences) > 150
    assert [
        f"{one.place} {one.text}"
        for one in sentences
        if not re.search(r"[.!?:>”\"')]$", one.text) and not one.text.startswith(python_s_own)
    ] == []
