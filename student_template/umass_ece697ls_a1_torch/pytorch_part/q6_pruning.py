"""Q6: pruning. Weights that matter little are set to zero.

The weights of a network are those of its convolutions and linear layers, without their biases. The
layers may lie in modules inside of modules. You may use `torch.nn.utils.prune`.
"""


def prune_unstructured(model, amount):
    """Set a fraction of all weights of a network to zero, those of least magnitude.

    The fraction is one of the entire network, not of each layer: some layers will lose more of
    their weights than others. All other weights, and the biases, keep their values.

    Args:
        model: Network with `nn.Conv2d` and `nn.Linear` layers.
        amount: Fraction of the weights, such as 0.1 for 10 %. Of n weights, amount * n become zero,
            rounded to an integer.

    Returns:
        The pruned network: a copy, or the same one.
    """
    # --------------------------------------------------------------------------
    # TODO: Find the weights of least magnitude, and set them to zero.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("prune_unstructured is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def prune_structured(model, amount):
    """Set a fraction of the filters of each convolution to zero, those of least norm.

    A filter is all weights that give one output channel. The fraction is one of each layer. The
    other filters, and the linear layers, keep their values.

    Args:
        model: Network with `nn.Conv2d` and `nn.Linear` layers.
        amount: Fraction of the filters, such as 0.1 for 10 %. Of F filters, amount * F become zero,
            rounded to an integer.

    Returns:
        The pruned network: a copy, or the same one.
    """
    # --------------------------------------------------------------------------
    # TODO: Find the filters of least norm in each convolution, and set them to zero.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("prune_structured is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
