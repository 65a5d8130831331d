"""What `check` and `grade` are told about training: whether, where and on what data."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grader.errors import UsageError
from grader.plain_text import quote

if TYPE_CHECKING:
    from grader.machine import Machine

Command = TypeVar("Command", bound=Callable[..., Any])
DEVICE_FILE = Path("/dev/nvidiactl")
# Where there is no home folder either: what needs no data is judged all the same.
NO_FOLDER = Path(os.devnull)
DEVICES = re.compile(r"auto|cpu|cuda(:[0-9]{1,3})?")


def training_options(trains: bool) -> Callable[[Command], Command]:
    """Adds the options to a command.

    Args:
        trains: whether the command trains unless it is told not to.
    """

    def add(command: Command) -> Command:
        for option in (
            click.option(
                "--data",
                "data_dir",
                metavar="DIR",
                type=click.Path(path_type=Path),
                help="Folder of the data sets, see `grader data`.",
            ),
            click.option(
                "--device",
                metavar="DEVICE",
                default="auto",
                show_default=True,
                help="Where networks are trained: auto, cpu, cuda or cuda:N.",
            ),
            click.option(
                "--training/--no-training",
                default=trains,
                show_default=True,
                help="Whether to run checks that train networks, which may take minutes each.",
            ),
        ):
            command = option(command)
        return command

    return add


def machine_for(
    trains: bool, device: str, data_dir: Path | None, environ: Mapping[str, str]
) -> Machine:
    """Says what there is to train with.

    Args:
        trains: whether training is wanted.
        device: as the option has it.
        data_dir: the folder of the data sets; the usual one unless given.
        environ: the process's environment.

    Raises:
        UsageError: the device is none, or the folder of the data sets is not there.
    """
    from grader.cli.data_folder import usual_folder
    from grader.datasets import names, open_dataset
    from grader.machine import CPU, Machine, threads_here

    if not DEVICES.fullmatch(device):
        raise UsageError(
            f"{quote(device)} is no device to train on. Give --device auto, cpu, cuda or cuda:N."
        )
    if data_dir is not None and not data_dir.is_dir():
        raise UsageError(
            f"The folder {quote(str(data_dir), 300)} for --data is not there. Name the folder that "
            "`grader data add` wrote to."
        )
    folder = data_dir or usual_folder(environ) or NO_FOLDER
    if device == "auto":
        device = "cuda" if DEVICE_FILE.exists() else CPU
    return Machine(
        trains=trains,
        device=device,
        threads=threads_here(len(os.sched_getaffinity(0))),
        data={name: partial(open_dataset, name, folder) for name in names(folder)},
    )
