"""Starts the command line: `grader`, or `python -m grader`."""

from __future__ import annotations


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    from grader.cli import cli

    cli(prog_name="grader")


if __name__ == "__main__":
    main()
