"""A multi-layer perceptron with a softmax at its end, with every value on the way kept by name."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from reference.arrays import Array, expect_shape, floats
from reference.layers.named_activation import activation, softmax

Named = dict[str, Array]


def uniform_weights(sizes: Sequence[int], rng: np.random.Generator) -> Named:
    """Draw weights from U[-1/sqrt(h0), 1/sqrt(h0)] with h0 the network's number of inputs.

    The range is the same for every layer, as the text of Mila IFT6135 (2022), question 1.1, has it.

    Args:
        sizes: Features of the input, of each hidden layer, and number of classes.
        rng: Source of random numbers.

    Returns:
        `W{i}` (sizes[i-1], sizes[i]) for i = 1, 2, …
    """
    bound = sizes[0] ** -0.5
    return {
        f"W{i}": rng.uniform(-bound, bound, (fan_in, fan_out))
        for i, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1)
    }


def zero_biases(sizes: Sequence[int]) -> Named:
    """Return zero biases: `b{i}` (1, sizes[i]) for i = 1, 2 and so on."""
    return {f"b{i}": np.zeros((1, size)) for i, size in enumerate(sizes[1:], start=1)}


def forward(weights: Mapping[str, Array], x: Array, name: str) -> Named:
    """Run the network (Goodfellow, Bengio & Courville 2016, algorithm 6.3).

    Args:
        weights: `W{i}` (h_{i-1}, h_i) and `b{i}` (1, h_i).
        x: (N, h_0).
        name: Activation of the hidden layers.

    Returns:
        `A0` = x; for each layer the pre-activation `Z{i}` and the activation `A{i}`, (N, h_i).
    """
    function, _ = activation(name)
    layers = len(weights) // 2
    cache = {"A0": floats("x", x, 2)}
    for i in range(1, layers + 1):
        # Z_i = A_{i-1} W_i + b_i,  A_i = f(Z_i), and softmax(Z_i) at the end
        cache[f"Z{i}"] = cache[f"A{i - 1}"] @ weights[f"W{i}"] + weights[f"b{i}"]
        cache[f"A{i}"] = (softmax if i == layers else function)(cache[f"Z{i}"])
    return cache


def cross_entropy(prediction: Array, labels: Array, eps: float = 0.0) -> float:
    """Average -log of the probability of the right class (Bishop 2006, eq. 4.108).

    Args:
        prediction: (N, K) probabilities.
        labels: (N, K) one-hot.
        eps: Probabilities are kept at least so far from 0 and 1.

    Raises:
        ValueError: If the shapes differ.
    """
    prediction, labels = floats("prediction", prediction, 2), floats("labels", labels, 2)
    expect_shape("labels", labels, prediction.shape, "one row of the prediction's length for each")
    # L = -1/N sum_n sum_k y_nk log p_nk
    p = np.clip(prediction, eps, 1 - eps)
    logs = np.log(p, out=np.zeros_like(p), where=labels > 0)
    return float(np.sum(-labels * logs) / len(prediction))


def backward(weights: Mapping[str, Array], cache: Named, labels: Array, name: str) -> Named:
    """Propagate the cross-entropy's gradient (Goodfellow et al. 2016, algorithm 6.4).

    Args:
        weights: As for `forward`.
        cache: From `forward`.
        labels: (N, K) one-hot.
        name: Activation of the hidden layers.

    Returns:
        `dW{i}` and `db{i}`, averaged over the batch, in the shapes of the parameters; `dZ{i}` of
        every layer and `dA{i}` of every hidden layer, (N, h_i), those of each example's own loss.
    """
    _, derivative = activation(name)
    layers = len(weights) // 2
    batch = len(labels)
    # of softmax and cross-entropy together: dZ = p - y
    grads = {f"dZ{layers}": cache[f"A{layers}"] - labels}
    for i in range(layers, 0, -1):
        dz = grads[f"dZ{i}"]
        # dW_i = A_{i-1}^T dZ_i / N,  db_i = mean_n dZ_i
        grads[f"dW{i}"] = cache[f"A{i - 1}"].T @ dz / batch
        grads[f"db{i}"] = dz.mean(axis=0, keepdims=True)
        if i > 1:
            # dA_{i-1} = dZ_i W_i^T,  dZ_{i-1} = dA_{i-1} f'(Z_{i-1})
            grads[f"dA{i - 1}"] = dz @ weights[f"W{i}"].T
            grads[f"dZ{i - 1}"] = grads[f"dA{i - 1}"] * derivative(cache[f"Z{i - 1}"])
    return grads
