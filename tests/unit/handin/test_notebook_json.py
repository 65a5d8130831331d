"""Notebooks of all formats are opened; what is none is refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.handin import notebook_json
from grader.handin.notebook_cells import cells_of
from grader.handin.notebook_json import PlainNotebook, Unreadable, parse, text_of


def of(data: Any) -> PlainNotebook:
    return parse(json.dumps(data).encode())


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(content)
    return str(caught.value)


CODE = {
    "cell_type": "code",
    "source": ["x = 1\n", "print(x)"],
    "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}],
    "execution_count": 3,
    "metadata": {},
}
VERSION_3_CELLS = [
    {"cell_type": "heading", "level": 2, "source": ["Task 1"], "metadata": {}},
    {
        "cell_type": "code",
        "input": ["x = 1\n", "x"],
        "language": "python",
        "prompt_number": 4,
        "outputs": [
            {"output_type": "stream", "stream": "stdout", "text": ["shown\n"]},
            {"output_type": "pyout", "prompt_number": 4, "text": ["1"]},
            {"output_type": "display_data", "png": "iVBORw0KGgo=", "text": ["<Figure>"]},
            {"output_type": "pyerr", "ename": "KeyError", "evalue": "'b'", "traceback": ["tb"]},
        ],
    },
]


@pytest.mark.parametrize("version", [(4, 0), (4, 2), (4, 5), (5, 0)])
def test_cells_of_formats_4_and_5_are_read_with_and_without_ids(version: tuple[int, int]) -> None:
    cells = [{**CODE, "id": "a1"}, {"cell_type": "markdown", "source": "é"}]
    found = of({"nbformat": version[0], "nbformat_minor": version[1], "cells": cells})
    assert [each["source"] for each in found.cells] == ["x = 1\nprint(x)", "é"]
    assert found.language == "python"


@pytest.mark.parametrize("more", [{}, {"nbformat_minor": 0, "metadata": {"name": "old"}}])
def test_format_3_is_brought_up_to_4(more: dict[str, Any]) -> None:
    found = of({"nbformat": 3, "worksheets": [{"cells": VERSION_3_CELLS}], **more})
    heading, code = cells_of(found)
    assert (heading.kind, heading.source) == ("markdown", "## Task 1")
    assert (code.source, code.execution_count, code.outputs) == ("x = 1\nx", 4, 4)
    assert code.text == "shown\n1\n<Figure>\nKeyError: 'b'"
    assert code.error == "KeyError"


def test_all_worksheets_are_read_one_after_the_other() -> None:
    sheets = [{"cells": VERSION_3_CELLS[:1]}, {"cells": VERSION_3_CELLS[1:]}]
    assert len(of({"nbformat": 3, "worksheets": sheets}).cells) == 2


def test_formats_1_and_2_are_brought_up_to_4() -> None:
    first = {"cell_type": "code", "code": "y = 2", "prompt_number": 1}
    text = {"cell_type": "text", "text": "words"}
    assert of({"nbformat": 1, "cells": [first, text]}).cells[0]["source"] == "y = 2"
    second = {"cell_type": "code", "input": "z = 3", "outputs": [], "prompt_number": 2}
    found = of({"nbformat": 2, "worksheets": [{"cells": [second]}]})
    assert found.cells[0]["source"] == "z = 3"


def test_what_is_missing_or_unknown_refuses_nothing() -> None:
    cells = [{"cell_type": "code"}, {"source": "x"}, 7, {"cell_type": "html", "source": 3}]
    found = of({"cells": cells, "metadata": [], "surprise": {}})
    assert [each["cell_type"] for each in found.cells] == ["code", "raw", "raw", "raw"]
    assert [each["source"] for each in found.cells] == ["", "x", "", ""]


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"language": "R", "name": "ir"}}, "r"),
        ({"language_info": {"name": "python"}, "kernelspec": {"language": "x"}}, "python"),
        ({"kernelspec": {"name": "conda-env-dl-py"}}, "python"),
        ({"language_info": {"name": 3}}, "python"),
    ],
)
def test_the_language_is_the_kernels(metadata: dict[str, Any], language: str) -> None:
    assert of({"cells": [], "metadata": metadata}).language == language


def test_metadata_may_be_deep() -> None:
    deep = "[" * 300 + "]" * 300
    content = f'{{"cells": [{{"cell_type": "code", "source": "x", "metadata": {deep}}}]}}'
    assert parse(content.encode()).cells[0]["source"] == "x"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse(b'\xef\xbb\xbf{"cells": []}').cells == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", r"^is empty \(0 bytes\), perhaps because an upload was cut short\. Save it"),
        (b" \n", r"^is empty \(2 bytes\)"),
        (b"[]", r"^holds a list where a notebook has an object with cells\. Hand in the \.ipynb"),
        (b"3", r"^holds a single value where"),
        (b"{}", r"^has no list of cells, so it is no notebook\. Open it in Jupyter"),
        (b'{"cells": {"a": 1}}', r"^has cells that are no list, so"),
        (b'{"cells": [', r"^ends in the middle \(line 1\), perhaps because an upload was cut"),
        (b'{\n"cells": ["abc', r"^ends in the middle \(line 2\)"),
        (b"%PDF-1.7\n\xe2\xe3", r"^is a PDF document, not a notebook, whatever its name\. Hand in"),
        (
            b"<!DOCTYPE html>",
            r"^is a web page, such as one that asks to log in, not a",
        ),
        (b"PK\x03\x04\x14\0", r"^is a zip archive, not a notebook"),
        (b'{"cells": [],\n oops}', r"^is no JSON: line 2, column 2: .* Open it in Jupyter; if"),
        (b'{"cells": ' + b"9" * 5000 + b"}", r"^is no JSON: .* digits.*hand that in\.$"),
        (
            b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> theirs\n]}',
            r"^holds the marks of a merge conflict \(line 2\).* Settle the conflict",
        ),
        ('{"cells": []}'.encode("utf-16"), r"^is saved as UTF-16; notebooks are UTF-8\. Save it"),
        (
            '{"cells": [\n"é"]}'.encode("latin-1"),
            r"^is not UTF-8: line 2 has the byte 0xe9\. Save it as UTF-8",
        ),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, r"^is nested too deeply to be a notebook\."),
        (
            json.dumps({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": 3}]}]}).encode(),
            r"^says that it is of format 3, and cannot be read as that \(\w+\)\. Open it",
        ),
    ],
)
def test_what_is_no_notebook_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    import re

    assert re.search(sentence, refused(content), re.DOTALL)


def test_one_that_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(_content: bytes) -> Any:
        raise MemoryError

    monkeypatch.setattr(notebook_json, "_object", no_memory)
    assert refused(b"{}").startswith("needs more memory than 1 GiB to be read. Clear the outputs")


def test_texts_are_kept_as_one_or_as_lines() -> None:
    assert [text_of(each) for each in ("ab", ["a", 3, "b"], None)] == ["ab", "ab", ""]
