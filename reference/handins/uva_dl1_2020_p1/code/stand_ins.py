"""The modules as functions without state, to be lent where a hand-in's own modules are wrong."""

from typing import Any

from modules import ELUModule, LinearModule, SoftMaxModule  # type: ignore[import-not-found]  # lies beside

from reference.arrays import Array
from reference.models.dict_modules import DictModule

MODULES: dict[str, type[Any]] = {
    "LinearModule": LinearModule,
    "ELUModule": ELUModule,
    "SoftMaxModule": SoftMaxModule,
}


def _module(name: str, params: dict[str, Array]) -> DictModule:
    shape = [params["weight"].shape[1], params["weight"].shape[0]] if params else []
    module: DictModule = MODULES[name](*shape)
    module.params = params
    return module


def construct(name: str, *sizes: int) -> dict[str, Array]:
    """Return the parameters that a module begins with."""
    params: dict[str, Array] = MODULES[name](*sizes).params
    return params


def forward(name: str, params: dict[str, Array], x: Array) -> Array:
    """Return a module's output."""
    return _module(name, params).forward(x)


def backward(
    name: str, params: dict[str, Array], x: Array, dout: Array
) -> tuple[Array, dict[str, Array]]:
    """Return the gradient of a module's input, and those of its parameters by name."""
    module = _module(name, params)
    module.forward(x)
    return module.backward(dout), module.grads
