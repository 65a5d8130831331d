"""A worker's life: confine, make the hand-in importable, answer programs until the end."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from . import drivers, foreign, numpy_names, randomness, selftest, standins
from .confinement import Place, confine
from .executor import Executor
from .lending import Borrower
from .loader import CompiledPackage, ImportNote, PackageLoader
from .privileges import end_with_parent
from .values import Opaque, close_all, encode
from .wire import REPLY, WireError, receive, send

MAX_OUTPUT: Final = 64 << 10  # characters of the hand-in's own output that are kept
FACTS_AT_MOST: Final = 200  # of each kind, of one file
CELLS_AT_MOST: Final = 2000  # of one notebook, whose places are told
STATEMENT_WALL_S: Final = 2.0  # of one top-level statement of the hand-in
TASKS_OF_OTHERS: Final = 24  # that the self-test leaves to workers beside it; TensorFlow has 5
MODULE_WALL_S: Final = 4.0  # of all top-level statements of one module


@dataclass(frozen=True, slots=True)
class Settings:
    """How one worker is set up.

    Attributes:
        package: which loaded package is the hand-in.
        root_names: names under which it is importable.
        libraries: further loaded packages, importable under their own names.
        free: subjects whose names are free, by dotted path: what `drivers.torch_finder` asks of a
            network that takes such a name. Workers without PyTorch look for none.
        asked: dotted paths of what the assignment asks for; none of it is another one misspelt.
        lend: `{module: names}` of functions that the course answers in place of the hand-in's own.
        skip: lines of top-level statements to leave out, by module.
        memory_mib: address space, in MiB.
        cpu_s: CPU seconds.
        seed: seeds the global random generators.
        confined: false only for the course's own reference, which is trusted.
        targets: what to try forbidden acts against; empty in all but the one worker that does
            this and nothing else. See `selftest.Targets`.
    """

    package: str
    root_names: list[str]
    libraries: list[str]
    free: dict[str, dict[str, Any]]
    asked: list[str]
    lend: dict[str, list[str]]
    skip: dict[str, list[int]]
    memory_mib: int
    cpu_s: int
    seed: int
    confined: bool
    targets: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a worker takes over from its host.

    Attributes:
        place: where it runs.
        folder: an empty directory to work in.
        held: layers that the host has put in place.
        host: the host's process id.
        files: descriptors that were passed along for it.
    """

    place: Place
    folder: str
    held: tuple[str, ...]
    host: int
    files: tuple[int, ...]


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
            "imports": list(module.imports)[:FACTS_AT_MOST],
            "definitions": dict(list(module.definitions.items())[:FACTS_AT_MOST]),
            "unparsed": [name for part in module.left_out for name in part.defines][:FACTS_AT_MOST],
            "cells": list(module.places.cells)[:CELLS_AT_MOST],
        }
        for module in package.modules.values()
    }


def serve(
    channel: socket.socket,
    packages: dict[str, CompiledPackage],
    settings: Settings,
    around: Surroundings,
) -> None:
    """Runs in the forked child until the grader closes the channel; never returns to the host."""
    held: tuple[str, ...] = ()
    if settings.confined:
        limits = (settings.memory_mib, settings.cpu_s)
        kept, place = (channel.fileno(), *around.files), around.place
        if settings.targets:
            # It starts as many threads as it can, and workers beside it are the same user.
            place = replace(place, max_tasks=place.max_tasks - TASKS_OF_OTHERS)
        held = confine(kept, *limits, around.folder, place, around.host)
    else:
        end_with_parent(around.host)
    if settings.targets:
        report: dict[str, Any] = {"held": (*around.held, *held)}
        try:
            report["refused"] = selftest.run(selftest.Targets(**settings.targets))
        except OSError as error:  # no act was refused or done: the disk is full
            report["fault"] = error.strerror or str(error)
        frame, _ = receive(channel, lockstep=True)
        send(channel, REPLY, frame.nonce, report)
        return
    output = CappedOutput()
    sys.stdin = open(os.devnull, encoding="utf-8")
    # Hand-ins use the part of a text stream that CappedOutput has.
    for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
        setattr(sys, name, output)
    randomness.seed(settings.seed)
    np.seterr(all="ignore")  # warnings on stderr are no part of an answer
    drivers.handin_runs = settings.confined
    library = around.place.library
    real = (library, *foreign.modules()) if library else ()
    loader = _install(packages, settings, Borrower(channel), real)
    # What other workers are made of, the course's own code above all, is no part of this one.
    packages.clear()
    executor = Executor(loader, lambda: _notes(loader, output), around.files)
    while True:
        frame, _ = receive(channel, lockstep=True)
        results = executor.run(frame.body)
        try:
            send(channel, REPLY, frame.nonce, results)
        except WireError:  # the hand-in returned something that cannot cross
            send(channel, REPLY, frame.nonce, [_sendable(*result) for result in results])


def _sendable(status: int, payload: Any) -> tuple[int, Any]:
    """Replaces what cannot cross, because it is too large or has too many parts."""
    try:
        _, descriptors = encode(payload)
    except WireError:
        return status, Opaque(f"{type(payload).__name__} that is too large to look at")
    close_all(descriptors)
    return status, payload


def _install(
    packages: Mapping[str, CompiledPackage],
    settings: Settings,
    borrower: Borrower,
    real: tuple[str, ...] = (),
) -> PackageLoader:
    """Makes the hand-in importable, with stand-ins for what is not here and functions lent."""
    notes: list[ImportNote] = []
    standins.install(notes, real)
    numpy_names.install(notes)
    for library in settings.libraries:
        _loader(packages[library], [library], notes=[])
    package = _without(packages[settings.package], settings.skip)
    loader = _loader(package, settings.root_names, notes, settings.asked)
    if drivers.has("torch_finder"):
        finder = drivers.find("torch_finder.NetworkFinder")
        for subject, network in settings.free.items():
            loader.seek(subject, finder(**network))
    for module, names in settings.lend.items():
        loader.replace(module, {name: borrower.function(f"{module}.{name}") for name in names})
    return loader


def _loader(
    package: CompiledPackage,
    root_names: list[str],
    notes: list[ImportNote],
    asked: Collection[str] = (),
) -> PackageLoader:
    return PackageLoader(
        package,
        root_names,
        statement_wall_s=STATEMENT_WALL_S,
        module_wall_s=MODULE_WALL_S,
        notes=notes,
        asked=asked,
    )


def _without(package: CompiledPackage, skip: Mapping[str, list[int]]) -> CompiledPackage:
    """Leaves out top-level statements that were cut short in an earlier worker."""
    modules = dict(package.modules)
    for name, lines in skip.items():
        module = modules.get(name)
        if module is None:
            continue
        pairs = zip(module.kinds, module.lines, strict=True)
        kinds = tuple(["cut" if line in lines else kind for kind, line in pairs])
        modules[name] = replace(module, kinds=kinds, cut_before=kinds.count("cut"))
    return replace(package, modules=modules)


def _notes(loader: PackageLoader, output: CappedOutput) -> dict[str, Any]:
    return {
        "output": output.kept,
        "written": output.written,
        "imports": [(note.module, note.line, note.kind, note.message) for note in loader.notes],
    }
