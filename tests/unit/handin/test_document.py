"""Files beside the code are looked into without a parser."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from grader.errors import UnsafeArchive
from grader.handin.document import look_into
from grader.handin.model import Document, IntakeLimits, digest_of

PDF = b"%PDF-1.7\n" + b"<</Type /Pages>> <</Type /Page /X 1>> <</Type/Page>>" * 3 + b"\n%%EOF\n"


def look(files: dict[str, bytes], limits: IntakeLimits, piece: int = 2**16) -> list[Document]:
    def pieces(path: str) -> Iterator[bytes]:
        return (files[path][at : at + piece] for at in range(0, len(files[path]), piece))

    return list(look_into([(path, len(files[path])) for path in files], pieces, limits))


@pytest.mark.parametrize("piece", [8, 9, 13, 17, 18, 23, 40, 1000])
def test_pages_are_counted_wherever_pieces_end(piece: int) -> None:
    (found,) = look({"report.pdf": PDF}, IntakeLimits(), piece)
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert found == Document("report.pdf", len(PDF), "pdf", 6, True, sha256)


def test_a_pdf_that_was_cut_short_is_not_whole() -> None:
    (found,) = look({"report.pdf": PDF[:-10]}, IntakeLimits())
    assert (found.format, found.whole) == ("pdf", False)


def test_the_first_bytes_say_what_a_file_is() -> None:
    files = {"a.pdf": b"PK\x03\x04docx", "b.png": b"\xff\xd8\xff", "c.pdf": b"text", "d": b""}
    assert [each.format for each in look(files, IntakeLimits())] == ["zip", "jpeg", "", ""]


def test_notebooks_and_sheets_are_hashed_within_their_limits() -> None:
    files = {"a.ipynb": b"{}", "b.yaml": b"a: 1", "long.yaml": b"a: 12345", "n.txt": b"x"}
    found = look(files, IntakeLimits(max_answers_bytes=5))
    assert [bool(each.sha256) for each in found] == [True, True, False, False]


def test_the_outermost_files_are_looked_into_first() -> None:
    files = {"a/b/c.pdf": PDF, "z.pdf": PDF}
    found = look(files, IntakeLimits(max_documents=1))
    assert [(each.path, each.pages) for each in found] == [("a/b/c.pdf", 0), ("z.pdf", 6)]
    found = look(files, IntakeLimits(max_total_bytes=len(PDF)))
    assert [each.pages for each in found] == [0, 6]


def test_a_file_that_cannot_be_read_is_not_whole() -> None:
    def pieces(_path: str) -> Iterator[bytes]:
        raise UnsafeArchive("damaged")
        yield b""

    assert look_into([("a.pdf", 9)], pieces, IntakeLimits()) == (Document("a.pdf", 9, whole=False),)


def test_documents_are_part_of_the_digest_and_their_folders_are_not() -> None:
    files = {"layers.py": b"x = 1\n"}
    # As it was before there were documents: hand-ins of Python files alone keep theirs.
    alone = digest_of(files)
    sha = hashlib.sha256()
    for part in (b"layers.py", b"x = 1\n"):
        sha.update(len(part).to_bytes(8, "big") + part)
    assert alone == f"sha256:{sha.hexdigest()}"
    one, same = Document("a/r.pdf", 3, "pdf", sha256="ab"), Document("r.pdf", 3, "pdf", sha256="ab")
    assert digest_of(files, [one]) == digest_of(files, [same]) != alone
    assert digest_of(files, [Document("r.pdf", 3, "pdf", sha256="cd")]) != digest_of(files, [one])
