"""Gradients by small differences, to compare yours with; provided."""

import numpy as np


def _each_central_difference(evaluate, x, h):
    """Yield (index, f(x + h) - f(x - h)) for each element of x, which is changed for a moment."""
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = evaluate()
        x[index] = old - h
        below = evaluate()
        x[index] = old
        yield index, above - below


def eval_numerical_gradient(f, x, verbose=True, h=1e-5):
    """Estimate the gradient of a function with one number as its value.

    Args:
        f: Called as f(x); returns a number.
        x: Array of floating-point numbers. It is changed while f is evaluated, and then restored,
            so f may also read the same array from elsewhere.
        verbose: Whether to print each element.
        h: Half the step.

    Returns:
        The gradient, same shape as x.
    """
    grad = np.zeros_like(x)
    for index, difference in _each_central_difference(lambda: f(x), x, h):
        grad[index] = difference / (2 * h)
        if verbose:
            print(index, grad[index])
    return grad


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """Estimate the gradient of sum(f(x) * df).

    Args:
        f: Called as f(x); returns an array.
        x: Array of floating-point numbers, changed for a moment and restored.
        df: Upstream gradient, same shape as f(x).
        h: Half the step.

    Returns:
        The gradient, same shape as x.
    """
    grad = np.zeros_like(x)
    # A copy, since f may return the same array each time.
    for index, difference in _each_central_difference(lambda: np.array(f(x)), x, h):
        grad[index] = np.sum(difference * df) / (2 * h)
    return grad


def eval_numerical_gradient_blobs(f, inputs, output, h=1e-5):
    """Estimate gradients of a function that works on blobs.

    A blob has an array `vals` and an array `diffs` of the same shape. The function is called as
    f(*inputs, output) and writes its result to output.vals.

    Args:
        f: The function.
        inputs: Tuple of input blobs.
        output: Output blob; output.diffs is the upstream gradient.
        h: Half the step.

    Returns:
        A list with the gradient of each input.
    """

    def evaluate():
        f(*inputs, output)
        return np.copy(output.vals)

    grads = []
    for blob in inputs:
        grad = np.zeros_like(blob.diffs)
        for index, difference in _each_central_difference(evaluate, blob.vals, h):
            grad[index] = np.sum(difference * output.diffs) / (2 * h)
        grads.append(grad)
    return grads


def eval_numerical_gradient_net(net, inputs, output, h=1e-5):
    """Estimate gradients of a network that has a method forward() and works on blobs."""
    return eval_numerical_gradient_blobs(lambda *_: net.forward(), inputs, output, h=h)


def grad_check_sparse(f, x, analytic_grad, num_checks=10, h=1e-5):
    """Compare an analytic gradient with differences at a few random elements, and print both.

    Args:
        f: Called as f(x); returns a number.
        x: Array of floating-point numbers, changed for a moment and restored.
        analytic_grad: The gradient to check, same shape as x.
        num_checks: Number of elements.
        h: Half the step.
    """
    for _ in range(num_checks):
        index = tuple(np.random.randint(length) for length in x.shape)
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        numerical = (above - below) / (2 * h)
        analytic = analytic_grad[index]
        scale = max(abs(numerical) + abs(analytic), 1e-12)
        error = abs(numerical - analytic) / scale
        print(f"numerical: {numerical:f} analytic: {analytic:f}, relative error: {error:e}")
