"""Calling styles of courses, one file each. The order is that of the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from grader.conventions.convention import Convention
from grader.conventions.functions_with_cache import FUNCTIONS_WITH_CACHE
from grader.conventions.loss_with_gradient import LOSS_WITH_GRADIENT
from grader.conventions.network_with_loss import NETWORK_WITH_LOSS
from grader.conventions.update_rule import UPDATE_RULE

CONVENTIONS: Mapping[str, Convention] = MappingProxyType(
    {
        convention.name: convention
        for convention in (
            FUNCTIONS_WITH_CACHE,
            LOSS_WITH_GRADIENT,
            UPDATE_RULE,
            NETWORK_WITH_LOSS,
        )
    }
)

__all__ = ["CONVENTIONS", "Convention"]
