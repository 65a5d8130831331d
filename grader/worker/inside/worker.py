"""A worker's life: confine, make the hand-in importable, answer programs until the grader is done."""

from __future__ import annotations

import os
import random
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TextIO

import numpy as np

from . import numpy_names, standins
from .confinement import confine
from .executor import Executor
from .loader import CompiledPackage, ImportNote, PackageLoader
from .wire import REPLY, receive, send

MAX_OUTPUT: Final = 64 << 10  # characters of the hand-in's own output that are kept
STATEMENT_WALL_S: Final = 2.0  # of one top-level statement of the hand-in
MODULE_WALL_S: Final = 4.0  # of all top-level statements of one module


@dataclass(frozen=True, slots=True)
class Settings:
    """How one worker is set up.

    Attributes:
        package: which loaded package is the hand-in.
        root_names: names under which it is importable.
        libraries: further loaded packages, importable under their own names.
        lend: `{module: names}` taken from the package `lender` in place of the hand-in's own.
        lender: the loaded package that lends; empty when nothing is lent.
        skip: lines of top-level statements to leave out, by module.
        folder: an empty directory to work in.
        memory_mib: address space, in MiB.
        cpu_s: CPU seconds.
        seed: seeds the global random generators.
        confined: false only for the course's own reference, which is trusted.
    """

    package: str
    root_names: list[str]
    libraries: list[str]
    lend: dict[str, list[str]]
    lender: str
    skip: dict[str, list[int]]
    folder: str
    memory_mib: int
    cpu_s: int
    seed: int
    confined: bool


class CappedOutput:
    """Takes the place of stdout and stderr: keeps the first characters and counts the rest."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self) -> None:
        self.kept = ""
        self.written = 0

    def write(self, text: str) -> int:
        """Takes a text as a text stream would."""
        text = str(text)
        self.written += len(text)
        if len(self.kept) < MAX_OUTPUT:
            self.kept += text[: MAX_OUTPUT - len(self.kept)]
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Takes lines as a text stream would."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Does nothing: there is nothing behind this stream."""

    def isatty(self) -> bool:
        """Says that no person is looking."""
        return False

    def writable(self) -> bool:
        """Says that it can be written to."""
        return True


def facts(package: CompiledPackage) -> dict[str, Any]:
    """Says what a compiled package's sources hold, as plain values."""
    return {
        module.filename: {
            "name": module.name,
            "origin": module.origin,
            "error": None
            if module.error is None
            else (module.error.message, module.error.line, module.error.text or ""),
            "imports": list(module.imports),
            "definitions": dict(module.definitions),
        }
        for module in package.modules.values()
    }


def serve(
    channel: socket.socket, packages: Mapping[str, CompiledPackage], settings: Settings
) -> None:
    """Runs in the forked child until the grader closes the channel; never returns to the host."""
    held: tuple[str, ...] = ()
    if settings.confined:
        held = confine(
            channel.fileno(), settings.memory_mib, settings.cpu_s, settings.folder
        )
    output = CappedOutput()
    stream: TextIO = output  # type: ignore[assignment]  # the part of TextIO that code uses
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # lives as long as the process
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = stream  # type: ignore[misc]
    random.seed(settings.seed)
    np.random.seed(settings.seed % (1 << 32))  # noqa: NPY002  # the global state that courses use
    np.seterr(all="ignore")  # warnings on stderr are no part of an answer
    loader = _install(packages, settings)
    executor = Executor(loader, lambda: _notes(loader, output, held))
    while True:
        frame, _ = receive(channel)
        send(channel, REPLY, frame.nonce, executor.run(frame.body))


def _install(packages: Mapping[str, CompiledPackage], settings: Settings) -> PackageLoader:
    """Makes the hand-in importable, with stand-ins for what is not here and functions lent."""
    notes: list[ImportNote] = []
    standins.install(notes)
    numpy_names.install(notes)
    for library in settings.libraries:
        _loader(packages[library], [library], notes=[])
    package = _without(packages[settings.package], settings.skip)
    loader = _loader(package, settings.root_names, notes)
    if settings.lender:
        lender = _loader(packages[settings.lender], [settings.lender], notes=[])
        for module, names in settings.lend.items():
            loader.replace(module, {name: lender.resolve(f"{module}.{name}") for name in names})
    return loader


def _loader(
    package: CompiledPackage, root_names: list[str], notes: list[ImportNote]
) -> PackageLoader:
    return PackageLoader(
        package,
        root_names,
        statement_wall_s=STATEMENT_WALL_S,
        module_wall_s=MODULE_WALL_S,
        notes=notes,
    )


def _without(package: CompiledPackage, skip: Mapping[str, list[int]]) -> CompiledPackage:
    """Leaves out top-level statements that were cut short in an earlier worker."""
    modules = dict(package.modules)
    for name, lines in skip.items():
        module = modules.get(name)
        if module is None:
            continue
        kept = [index for index, line in enumerate(module.lines) if line not in lines]
        modules[name] = replace(
            module,
            statements=tuple(module.statements[index] for index in kept),
            kinds=tuple(module.kinds[index] for index in kept),
            lines=tuple(module.lines[index] for index in kept),
        )
    return replace(package, modules=modules)


def _notes(loader: PackageLoader, output: CappedOutput, held: tuple[str, ...]) -> dict[str, Any]:
    return {
        "held": held,
        "output": output.kept,
        "written": output.written,
        "imports": [(note.module, note.line, note.kind, note.message) for note in loader.notes],
    }
