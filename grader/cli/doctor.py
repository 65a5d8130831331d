"""`grader doctor`: what this machine can do, what that means, and what to do about it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from grader.cli import ExitCode

if TYPE_CHECKING:
    from grader.records import Trust
    from grader.report.layout import Line

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Machine:
    """What was found out about a machine.

    Attributes:
        numpy: its version, or None where it is not installed.
        torch: its version, or None where it is not installed.
        tensorflow: as above.
        cores: how many of the machine's cores this process may use.
        trust: how far a worker is isolated here; None where no worker could be started.
        unwrapped_because: why workers do not run inside bubblewrap; empty where they do.
    """

    python: tuple[int, int, int]
    numpy: str | None
    torch: str | None
    tensorflow: str | None
    platform: str
    cores: int
    can_fork: bool
    trust: Trust | None = None
    unwrapped_because: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer.

    Attributes:
        state: `good`, `bad` (the grader cannot work so) or `dim` (it can, with less).
        meaning: what follows from it; may be empty.
        advice: what to do; may be empty.
    """

    state: str
    what: str
    meaning: str = ""
    advice: str = ""


@click.command()
def doctor() -> int:
    """Say what this machine can do, and what it lacks."""
    from grader.report.terminal import print_lines, width_of

    found, why = try_isolation()
    findings = examine(replace(look(), trust=found, unwrapped_because=why))
    print_lines(lines_of(findings, width_of(sys.stdout)), sys.stdout)
    bad = any(finding.state == "bad" for finding in findings)
    return ExitCode.NEEDS_PERSON if bad else ExitCode.FULL_CREDIT


def try_isolation() -> tuple[Trust | None, str]:
    """Start a worker and see which forbidden acts it is refused; and why not in bubblewrap."""
    from grader.errors import WorkerError
    from grader.isolation import self_test

    try:
        return self_test()
    except WorkerError as error:
        return None, error.message


def look() -> Machine:
    """Find out about this machine; imports none of the libraries that it asks about."""
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    return Machine(
        python=(sys.version_info.major, sys.version_info.minor, sys.version_info.micro),
        numpy=_version_of("numpy"),
        torch=_version_of("torch"),
        tensorflow=_version_of("tensorflow") or _version_of("tensorflow-cpu"),
        platform=system,
        cores=_usable_cores(),
        can_fork=hasattr(os, "fork"),
    )


def _version_of(package: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def examine(machine: Machine) -> tuple[Finding, ...]:
    """Say what each fact about a machine means."""
    return (
        _python(machine),
        _numpy(machine),
        _extra("PyTorch", machine.torch, "torch"),
        _extra("TensorFlow", machine.tensorflow, "tensorflow"),
        Finding("good", f"{machine.platform}, {machine.cores} usable cores"),
        _fork(machine),
        *_isolation(machine),
    )


def _python(machine: Machine) -> Finding:
    version = ".".join(map(str, machine.python))
    if machine.python >= OLDEST_PYTHON:
        return Finding("good", f"Python {version}")
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return Finding(
        "bad",
        f"Python {version}",
        f"The grader needs Python {oldest} or newer.",
        f"Install Python {oldest} and make a new virtual environment with it.",
    )


def _numpy(machine: Machine) -> Finding:
    if machine.numpy:
        return Finding("good", f"NumPy {machine.numpy}")
    return Finding("bad", "NumPy: not found", "Nothing can be graded.", "pip install numpy")


def _extra(name: str, version: str | None, extra: str) -> Finding:
    if version:
        return Finding("good", f"{name} {version}")
    return Finding(
        "dim",
        f"{name}: not found",
        "Checks that need it are reported as not run here; all others work.",
        f'pip install "grader[{extra}]"',
    )


def _fork(machine: Machine) -> Finding:
    if machine.can_fork:
        return Finding("good", "fork: available", "Workers start in milliseconds.")
    return Finding(
        "dim",
        "fork: not available",
        "Workers cannot be forked on this system.",
        "Use Linux, a container, or WSL 2 on Windows.",
    )


def _isolation(machine: Machine) -> tuple[Finding, ...]:
    trust = machine.trust
    if trust is None:
        return (
            Finding(
                "bad",
                "isolation: no worker could be started",
                machine.unwrapped_because or "Nothing can be graded.",
                "Reinstall the grader in a fresh virtual environment.",
            ),
        )
    good_for = "good for scores" if trust.isolated else "good for practice only"
    tier = Finding("good" if trust.isolated else "dim", f"isolation: tier {trust.tier}, {good_for}")
    return (tier, *_layers(machine, trust), _acts(trust))


def _layers(machine: Machine, trust: Trust) -> Iterator[Finding]:
    """Say of each layer whether it holds, what it does, and what it would need."""
    from grader.worker.sandbox import EXTRA, LAYERS_A, MEANINGS

    for layer in (*LAYERS_A, *EXTRA):
        meaning, needs = MEANINGS[layer]
        what = f"{layer.replace('_', ' ')}: {meaning}"
        if layer in trust.held:
            yield Finding("good", what)
            continue
        why = f"Here: {machine.unwrapped_because}." if layer == "bubblewrap" else ""
        yield Finding("dim", what, why.replace("..", "."), f"It needs {needs}.")


def _acts(trust: Trust) -> Finding:
    tried = len(trust.refused) + len(trust.allowed)
    names = ", ".join(name.replace("_", " ") for name in trust.allowed or trust.refused)
    if trust.allowed:
        return Finding("dim", f"{len(trust.allowed)} of {tried} forbidden acts went through", names)
    return Finding("good", f"{tried} forbidden acts were tried, and all were refused", names)


def lines_of(findings: Iterable[Finding], width: int) -> list[Line]:
    """Lay findings out for a terminal."""
    from grader.report.layout import Span, block

    marks = {"good": "✓", "bad": "✗", "dim": "○"}
    lines: list[Line] = []
    for finding in findings:
        lines.append((Span(f"{marks[finding.state]} ", finding.state), Span(finding.what)))
        lines += block([finding.meaning] if finding.meaning else [], "", width, "dim")
        lines += block([finding.advice] if finding.advice else [], "→ ", width, "strong")
    return lines
