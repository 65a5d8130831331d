"""Tells pre-activations from activations in a hand-in's cache, and puts right numbers into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import cache_entries, network_weights, plain_activations


def right(cache: Any, wanted: dict[str, Any], dims: Any, name: str) -> bool:
    """Puts right numbers into a cache whose own are wrong, which was charged at the forward.

    Args:
        cache: of the hand-in; it is changed.
        wanted: what the template's cache holds: A0, and Z and A of each layer, (N, width).
        dims: widths of the layers.
        name: of the activation in the hidden layers.

    Returns:
        Whether every pre-activation and every activation is there.
    """
    rows, whole = len(wanted["A0"]), True
    arrays = list(cache_entries.flatten(cache))
    letter = pre_letter(arrays, rows, dims, name)
    for layer, width in enumerate(dims):
        entries = cache_entries.of_width(arrays, rows, width)
        found = cache_entries.split(entries, letter, pairs(name, width, dims))
        if layer:
            whole &= None not in found
            _put(cache, zip(found, (wanted[f"Z{layer}"], wanted[f"A{layer}"]), strict=True))
        else:
            _put(cache, [(entry, wanted["A0"]) for entry in entries])
    return whole


def _put(cache: Any, pairs: Any) -> None:
    for entry, value in pairs:
        if entry is not None and not cache_entries.close(entry.value, value):
            cache_entries.put(cache, entry.path, network_weights.fitted(value, entry.raw))


def pairs(name: str, width: int, dims: Any) -> Callable[[Any, Any], bool]:
    """Makes the test of whether one array is the activation of another one."""
    last = width == dims[-1]
    function = plain_activations.softmax if last else plain_activations.FUNCTIONS[name]
    return lambda z, a: cache_entries.close(function(z), a)


def pre_letter(arrays: Any, rows: int, dims: Any, name: str) -> str:
    """Tells by the numbers what a hand-in calls its pre-activations; `z` as in the text."""
    for width in dims[1:]:
        entries = cache_entries.of_width(arrays, rows, width)
        for first in entries:
            for second in entries:
                if first is not second and pairs(name, width, dims)(first.value, second.value):
                    # ReLU of an activation is that activation, too.
                    if not cache_entries.close(first.value, second.value) and first.letter:
                        return first.letter
    return "z"
