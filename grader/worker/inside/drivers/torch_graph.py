"""Walks the graph that autograd records: what an output was computed by, and of."""

from __future__ import annotations

from typing import Any


def nodes(out: Any) -> set[Any]:
    """Finds the nodes of an output's graph; none for what has no gradient."""
    ahead, seen = [getattr(out, "grad_fn", None)], set()
    while ahead:
        one = ahead.pop()
        if one is not None and one not in seen:
            seen.add(one)
            ahead += [following for following, _ in one.next_functions]
    return seen


def leaves(out: Any) -> set[int]:
    """Gives the ids of the tensors that a gradient of an output reaches."""
    return {id(node.variable) for node in nodes(out) if hasattr(node, "variable")}
