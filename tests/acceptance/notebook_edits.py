"""Small changes to a notebook, of which the cases are made: one per mistake of a student."""

from __future__ import annotations

import base64
import copy
import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

Notebook = dict[str, Any]
Edit = Callable[[Notebook], None]


def cells_with(notebook: Notebook, text: str) -> list[dict[str, Any]]:
    """Finds the cells whose source has a text; there is one at least."""
    found = [cell for cell in notebook["cells"] if text in "".join(cell["source"])]
    assert found, f"no cell has {text!r}"
    return found


def code_with(notebook: Notebook, text: str) -> dict[str, Any]:
    return next(cell for cell in cells_with(notebook, text) if cell["cell_type"] == "code")


def deleted(*texts: str) -> Edit:
    """Takes out the first code cell that has each text."""

    def edit(notebook: Notebook) -> None:
        for text in texts:
            notebook["cells"].remove(code_with(notebook, text))

    return edit


def not_run(*texts: str) -> Edit:
    """Takes count and outputs from the first code cell that has each text."""

    def edit(notebook: Notebook) -> None:
        for text in texts:
            code_with(notebook, text).update(outputs=[], execution_count=None)

    return edit


def written(text: str, old: str, new: str) -> Edit:
    """Changes the source of the first code cell that has a text."""

    def edit(notebook: Notebook) -> None:
        cell = code_with(notebook, text)
        source = "".join(cell["source"])
        assert old in source
        cell["source"] = source.replace(old, new)

    return edit


def printed(text: str, old: str, new: str) -> Edit:
    """Changes what the first code cell that has a text has printed."""

    def edit(notebook: Notebook) -> None:
        changed = 0
        for output in code_with(notebook, text)["outputs"]:
            if "text" in output:
                before = "".join(output["text"])
                output["text"] = before.replace(old, new)
                changed += before != output["text"]
        assert changed, f"{text!r} did not print {old!r}"

    return edit


def says(text: str, *lines: str) -> Edit:
    """Has the first code cell that has a text print these lines and nothing else; pictures stay."""

    def edit(notebook: Notebook) -> None:
        cell = code_with(notebook, text)
        kept = [output for output in cell["outputs"] if "data" in output]
        stream = {"output_type": "stream", "name": "stdout", "text": "\n".join(lines) + "\n"}
        cell["outputs"] = [stream, *kept]

    return edit


def drawn(text: str, form: str, stored: str | None) -> Edit:
    """Puts one other picture, or none, in the place of those that a cell shows."""

    def edit(notebook: Notebook) -> None:
        cell = code_with(notebook, text)
        kept = [each for each in cell["outputs"] if "image/png" not in each.get("data", {})]
        new = {"output_type": "display_data", "metadata": {}, "data": {form: stored}}
        cell["outputs"] = [*kept, *([new] if stored else [])]

    return edit


def logged(text: str, *lines: str) -> Edit:
    """Has the first code cell that has a text say these lines as `logging` does; pictures stay."""

    def edit(notebook: Notebook) -> None:
        says(text, *(f"INFO:root:{line}" for line in lines))(notebook)
        code_with(notebook, text)["outputs"][0]["name"] = "stderr"

    return edit


def in_cells(text: str, *cells: tuple[str, str]) -> Edit:
    """Puts cells, each a source and what it prints, in the place of the first that has a text."""

    def edit(notebook: Notebook) -> None:
        old = code_with(notebook, text)
        at = notebook["cells"].index(old)
        made = []
        for number, (source, shown) in enumerate(cells):
            stream = {"output_type": "stream", "name": "stdout", "text": shown}
            outputs = [stream] if shown else []
            made.append({**old, "id": f"part{number}", "source": source, "outputs": outputs})
        notebook["cells"][at : at + 1] = made

    return edit


def both(*edits: Edit) -> Edit:
    def edit(notebook: Notebook) -> None:
        for one in edits:
            one(notebook)

    return edit


def moved(text: str, before: str) -> Edit:
    """Moves a cell in front of another."""

    def edit(notebook: Notebook) -> None:
        cells = notebook["cells"]
        cell = code_with(notebook, text)
        cells.remove(cell)
        cells.insert(cells.index(code_with(notebook, before)), cell)

    return edit


def split(text: str, at: str) -> Edit:
    """Makes two cells of one; the second shows what the whole has shown."""

    def edit(notebook: Notebook) -> None:
        cells = notebook["cells"]
        cell = code_with(notebook, text)
        first, mark, second = "".join(cell["source"]).partition(at)
        assert mark
        other = copy.deepcopy(cell)
        cell.update(source=first, outputs=[])
        other.update(source=mark + second, id="second")
        cells.insert(cells.index(cell) + 1, other)

    return edit


def all_cells(change: Callable[[dict[str, Any]], None]) -> Edit:
    """Changes every cell."""

    def edit(notebook: Notebook) -> None:
        for cell in notebook["cells"]:
            change(cell)

    return edit


def of_format_3(notebook: Notebook) -> None:
    """Writes the notebook as editors did before 2015."""
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            old = {"cell_type": "markdown", "metadata": {}, "source": cell["source"]}
        else:
            old = {
                "cell_type": "code",
                "metadata": {},
                "language": "python",
                "collapsed": False,
                "input": cell["source"],
                "prompt_number": cell["execution_count"],
                "outputs": [_old_output(output) for output in cell["outputs"]],
            }
        cells.append(old)
    notebook.clear()
    notebook.update(
        nbformat=3,
        nbformat_minor=0,
        metadata={"name": ""},
        worksheets=[{"cells": cells, "metadata": {}}],
    )


def _old_output(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {"output_type": "stream", "stream": "stdout", "text": output["text"]}
    data = output["data"]
    old = {"output_type": "display_data", "metadata": {}, "text": data.get("text/plain", [])}
    if output["output_type"] == "execute_result":
        old.update(output_type="pyout", prompt_number=output["execution_count"])
    if "image/png" in data:
        old["png"] = data["image/png"]
    return old


def blank_png(width: int = 240, height: int = 180) -> str:
    """Encodes a white picture."""
    rows = b"".join(b"\0" + b"\xff" * width for _ in range(height))

    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + content).decode()


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="288" height="216" viewBox="0 0 288 216">'
    '<path d="M0 0 L288 216" stroke="blue"/><path d="M0 9 L288 99" stroke="red"/></svg>'
)


def dumped(notebook: Notebook) -> str:
    return json.dumps(notebook, ensure_ascii=False)
