"""Makes the books of mistakes that lie beside the rubrics; what has not changed is kept.

`python -m tests.benchmarks.mistakes_recorded [--assignment ID]... [--anew]`. What asks for a
library that is not installed is left as it is, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from grader.assignments import assignment_ids, rubrics_dir
from grader.checks import CHECK_KINDS
from grader.errors import UsageError
from grader.feedback.book import FILE, Book, book_text, read_book
from grader.feedback.recorder import record_book
from grader.report.storage import write_text
from grader.rubric import load_rubric
from grader.variants.catalogue import read_catalogue


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assignment", action="append", default=[])
    parser.add_argument("--anew", action="store_true", help="ask all of them")
    parser.add_argument("--out", type=Path, help="write there and not beside the rubrics")
    asked = parser.parse_args(argv)
    catalogue = read_catalogue()
    left = 0
    for assignment in asked.assignment or assignment_ids():
        begun_s = time.monotonic()
        folder = rubrics_dir() / assignment
        rubric = load_rubric(folder / "rubric.yaml", CHECK_KINDS)
        file = (asked.out / f"{assignment}.json") if asked.out else folder / FILE
        known = Book() if asked.anew else read_book(file)
        try:
            book = record_book(
                rubric,
                catalogue,
                known,
                lambda name, done, of: print(f"{done:4} of {of}  {name}", flush=True),
                lambda partial, file=file: write_text(book_text(partial), file),
            )
        except UsageError as error:
            print(error, flush=True)
            left += 1
            continue
        text = book_text(book)
        write_text(text, file)
        pairs = sum(len(page.given) for page in book.pages.values())
        took_s = time.monotonic() - begun_s
        print(
            f"{assignment}: {len(book.mistakes)} mistakes, {len(book.pages)} checks, {pairs} pairs,"
            f" {len(text) / 1024:.0f} KiB, {took_s:.0f} s",
            flush=True,
        )
    return int(left > 0)


if __name__ == "__main__":
    raise SystemExit(main())
