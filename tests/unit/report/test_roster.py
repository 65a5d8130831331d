"""A roster says whose hand-in is whose, once for each."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.report.roster import read_roster


def test_ids_are_found_by_hand_in_whatever_else_the_table_has() -> None:
    text = "\ufeffName;ID;Handin\r\nDoe;11;alice\r\n;;\r\nRoe; 12 ;bob\r\n"
    assert dict(read_roster(text, "r.csv")) == {"alice": "11", "bob": "12"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,name\n1,a\n", "needs the columns 'id' and 'handin' in its first line, and has 'id',"),
        ("", "and has none. Name them there."),
        ("id,handin\n1,\n", "Line 2 of the roster 'r.csv' has an id or a handin only."),
        ("id,handin\n1,a\n1,b\n", "'r.csv' has the id '1' in line 2 and in line 3. Delete one"),
        ("id,handin\n1,a\n2,a\n", "has the handin 'a' in line 2 and in line 3."),
        ('id,handin\n1,"a\n', "The roster 'r.csv' cannot be read in line 2:"),
    ],
)
def test_a_roster_that_cannot_be_used_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_roster(text, "r.csv")
    assert said in caught.value.message
