"""What cells show becomes text and pictures, within bounds."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from grader.handin import notebook_cells
from grader.handin.notebook import SOURCE_CHARS, TEXT_CHARS, Cell
from grader.handin.notebook_cells import cells_of, shortened
from grader.handin.notebook_json import PlainNotebook

JPEG = base64.b64encode(b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x02\x00\x03").decode()


def code(*outputs: Any, source: str = "x", **more: Any) -> Cell:
    cell = {"cell_type": "code", "source": source, "outputs": list(outputs), **more}
    (found,) = cells_of(PlainNotebook((cell,), "python"))
    return found


def prose(source: str, **more: Any) -> Cell:
    cell = {"cell_type": "markdown", "source": source, **more}
    (found,) = cells_of(PlainNotebook((cell,), "python"))
    return found


def stream(text: Any) -> dict[str, Any]:
    return {"output_type": "stream", "text": text}


def data(**bundle: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": bundle.get("bundle", bundle)}


def test_what_was_shown_is_joined_in_order() -> None:
    result = {"output_type": "execute_result", "data": {"text/plain": ["3.5"]}}
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}
    found = code(stream(["a\n", "b\n"]), result, error)
    assert (found.text, found.error, found.outputs) == (
        "a\nb\n3.5\nValueError: no",
        "ValueError",
        3,
    )


def test_colours_and_overwritten_lines_are_taken_away() -> None:
    assert code(stream("\x1b[1;31mred\x1b[0m \x1b]0;t\x07x")).text == "red x"
    assert code(stream("1%\r50%\r100%\ndone\r\nend\r")).text == "100%\ndone\nend"


def test_a_table_is_its_plain_text_where_it_has_one() -> None:
    table = {"text/html": "<td>1</td>", "text/plain": "   a\n0  1"}
    assert code(data(bundle=table)).text == "   a\n0  1"
    assert code(data(bundle={"text/html": "<b>7</b>"})).text.strip() == "7"
    assert code(data(bundle={"text/latex": "$x$"})).text == "$x$"


def test_long_texts_keep_their_beginning_and_end() -> None:
    found = code(stream("begin" + "x" * 900_000 + "end")).text
    assert len(found) <= TEXT_CHARS
    assert (found[:5], found[-3:]) == ("begin", "end")
    assert "characters left out" in found
    assert len(prose("y" * 50_000).source) <= TEXT_CHARS
    assert len(code(source="z" * 50_000).source) == 50_000
    assert len(code(source="z" * 300_000).source) == SOURCE_CHARS
    assert shortened("abc") == "abc"


def test_a_notebook_has_bounds_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook_cells, "CHARS_AT_MOST", 12)
    cells = tuple({"cell_type": "code", "source": "12345678"} for _ in range(3))
    budget = notebook_cells._Budget(chars=12, pictures=1)
    monkeypatch.setattr(notebook_cells, "_Budget", lambda: budget)
    assert [each.source for each in cells_of(PlainNotebook(cells, ""))] == ["12345678", "1234", ""]


def test_pictures_are_described_once_for_each_output() -> None:
    both = {"image/jpeg": JPEG, "image/svg+xml": "<svg width='4' height='5'>"}
    found = code(data(bundle=both), data(bundle={"image/png": "no base64!"}))
    assert [(each.format, each.width, each.height) for each in found.pictures] == [("jpeg", 3, 2)]


def test_prose_has_pictures_too() -> None:
    attached = prose("![](attachment:a.jpg)", attachments={"a.jpg": {"image/jpeg": JPEG}})
    pasted = prose(f"See ![x](data:image/jpeg;base64,{JPEG}) there")
    assert [len(each.pictures) for each in (attached, pasted)] == [1, 1]
    assert pasted.source == "See ![x](data:image/jpeg;base64,…) there"


@pytest.mark.parametrize("count", [True, "3", 2**40, None])
def test_a_count_that_is_none_is_left_out(count: Any) -> None:
    assert code(execution_count=count).execution_count is None


@pytest.mark.parametrize("outputs", [None, 3, [3], [{"output_type": "display_data"}], [{}]])
def test_odd_outputs_show_nothing(outputs: Any) -> None:
    cell = {"cell_type": "code", "source": "", "outputs": outputs}
    (found,) = cells_of(PlainNotebook((cell,), "python"))
    assert (found.text, found.pictures) == ("", ())


def test_halves_of_characters_are_replaced() -> None:
    assert code(stream("a\ud83d"), source="b\udc00").text == "a?"
