"""Starts the command line: `grader`, or `python -m grader`."""

from __future__ import annotations

import gc

# A run makes many small records and few cycles; collecting as seldom as this saves 5 % of its time.
COLLECT_AFTER = 100_000  # allocations


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    gc.set_threshold(COLLECT_AFTER)
    from grader.cli import cli

    cli(prog_name="grader")


if __name__ == "__main__":
    main()
