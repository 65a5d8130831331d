"""Decides where data sets are kept; shared by all commands that use them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError

DATA_VARIABLE = "GRADER_DATA"


def data_folder(option: Path | None, environ: Mapping[str, str]) -> Path:
    """Finds the data folder, which need not be there.

    Args:
        option: what `--data` named, if anything.
        environ: the environment. After the option count `GRADER_DATA`, then the folder for caches
            (XDG Base Directory Specification 0.8), then the home folder.

    Raises:
        UsageError: none of them says anything.

    >>> data_folder(None, {"HOME": "/home/ada"}).as_posix()
    '/home/ada/.cache/grader/data'
    """
    folder = option or usual_folder(environ)
    if folder is None:
        raise UsageError(
            "Where data sets are kept cannot be told: there is no home folder. Name a folder "
            f"with --data DIR, or in the variable {DATA_VARIABLE}."
        )
    return folder


def usual_folder(environ: Mapping[str, str]) -> Path | None:
    """Finds the data folder where no option names one; `None` if there is no home folder either.

    >>> usual_folder({}) is None
    True
    """
    if environ.get(DATA_VARIABLE):
        return Path(environ[DATA_VARIABLE])
    cache = Path(environ.get("XDG_CACHE_HOME") or "")
    if not cache.is_absolute():  # which the specification has ignored
        home = environ.get("HOME")
        if not home:
            return None
        cache = Path(home) / ".cache"
    return cache / "grader" / "data"
