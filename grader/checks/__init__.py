"""Kinds of checks, one file each. The order is that of the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from grader.checks import (
    answer,
    autograd_function,
    files,
    function_module,
    gradient,
    manual,
    notebook,
    open_classifier,
    open_network,
    output,
    statistics,
    structure,
    training,
    withheld,
)
from grader.checks.kind import CheckKind

CHECK_KINDS: Mapping[str, CheckKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            output.KIND,
            gradient.KIND,
            statistics.KIND,
            structure.KIND,
            autograd_function.KIND,
            function_module.KIND,
            open_network.KIND,
            open_classifier.KIND,
            training.KIND,
            notebook.KIND,
            files.KIND,
            answer.KIND,
            manual.KIND,
            withheld.KIND,
        )
    }
)

__all__ = ["CHECK_KINDS", "CheckKind"]
