"""The assignment's multi-layer perceptron, made of the modules of this folder."""

from collections.abc import Sequence
from itertools import pairwise

from modules import ELUModule, LinearModule, SoftMaxModule  # type: ignore[import-not-found]  # lies beside

from reference.models.dict_modules import DictModule, Sequential


class MLP(Sequential):
    """Linear and ELU for each hidden layer, then linear and softmax."""

    def __init__(self, n_inputs: int, n_hidden: Sequence[int], n_classes: int) -> None:
        """Make the layers; no hidden sizes make it a multinomial logistic regression."""
        layers: list[DictModule] = []
        for size, units in pairwise((n_inputs, *n_hidden)):
            layers += [LinearModule(size, units), ELUModule()]
        last = n_hidden[-1] if n_hidden else n_inputs
        super().__init__([*layers, LinearModule(last, n_classes), SoftMaxModule()])
