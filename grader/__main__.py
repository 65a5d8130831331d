"""Starts the command line: `grader`, or `python -m grader`."""

from __future__ import annotations

import gc
import os
import sys

# A run makes many small records and few cycles; collecting as seldom as this saves 5 % of its time.
COLLECT_AFTER = 100_000  # allocations


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    gc.set_threshold(COLLECT_AFTER)
    # The grader's own arrays are small; threads would cost more than they give.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from grader.cli import cli

    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        # Started with a stream closed, as by `2>&-`, Python has None in its place.
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
        cli(prog_name="grader")


if __name__ == "__main__":
    main()
