"""The modules of a multi-layer perceptron, in NumPy alone.

Every module has a forward pass, which remembers what the backward pass will need, and a backward
pass, which takes the gradient of the loss with respect to the module's output and returns the one
with respect to its input. Use matrix operations: loops over samples, rows or columns lose points.

Letters in shapes: N samples in the batch, C classes.
"""

import numpy as np  # noqa: F401 - for the code that you will write


class LinearModule:
    """A linear module: Y = X W^T + B, where every row of B is the bias b.

    Attributes:
        params: Dictionary with the arrays 'weight' and 'bias'.
        grads: Dictionary with their gradients under the same keys.
    """

    def __init__(self, in_features, out_features):
        """Make a module.

        Draw the weights from a normal distribution with mean 0 and standard deviation 0.0001,
        with NumPy's global generator (`np.random`). The biases begin at zero.

        Args:
            in_features: Number of features of each sample that comes in.
            out_features: Number of features of each sample that goes out.
        """
        self.params = {"weight": None, "bias": None}
        self.grads = {"weight": None, "bias": None}
        # --------------------------------------------------------------------------
        # TODO: Fill params['weight'], of shape (out_features, in_features) or (in_features,
        # out_features), as you like it, and params['bias'], with out_features numbers. Fill
        # grads with zeros of the same shapes.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, x):
        """Compute the output.

        Args:
            x: Input, shape (N, in_features).

        Returns:
            out: Output, shape (N, out_features).
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Compute the output, and keep what the backward pass needs in attributes of self.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out

    def backward(self, dout):
        """Compute the gradients for the input of the last forward pass.

        Fills self.grads['weight'] and self.grads['bias'], each with the shape of its parameter.
        The gradients are sums over the batch: the loss module takes the mean.

        Args:
            dout: Gradient of the loss with respect to the output, shape (N, out_features).

        Returns:
            dx: Gradient of the loss with respect to the input, shape (N, in_features).
        """
        dx = None
        # --------------------------------------------------------------------------
        # TODO: Fill self.grads and compute dx.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return dx


class SoftMaxModule:
    """A softmax module: each row of scores becomes probabilities."""

    def forward(self, x):
        """Compute the softmax of every row.

        exp overflows at about 710. Subtract the largest score of each row first, which leaves the
        result as it is: then scores of any size are safe.

        Args:
            x: Scores, shape (N, C).

        Returns:
            out: Probabilities, shape (N, C); every row sums to 1.
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Compute the output, and keep what the backward pass needs in attributes of self.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out

    def backward(self, dout):
        """Compute the gradient for the input of the last forward pass.

        Args:
            dout: Gradient of the loss with respect to the output, shape (N, C).

        Returns:
            dx: Gradient of the loss with respect to the input, shape (N, C).
        """
        dx = None
        # --------------------------------------------------------------------------
        # TODO: Compute dx. Each output of a row depends on all scores of this row.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return dx


class CrossEntropyModule:
    """The loss: L = -1/N sum_ik T_ik log(X_ik), the mean over the samples.

    It keeps nothing between calls: `backward` may be asked of another object than `forward` was.
    """

    def forward(self, x, y):
        """Compute the loss.

        Args:
            x: Predicted probabilities, shape (N, C), all above 0.
            y: Targets T, one-hot, shape (N, C).

        Returns:
            out: The loss, a number.
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Compute the loss.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out

    def backward(self, x, y):
        """Compute the gradient of the loss.

        Args:
            x: Predicted probabilities, shape (N, C), all above 0.
            y: Targets T, one-hot, shape (N, C).

        Returns:
            dx: Gradient of the loss with respect to x, shape (N, C).
        """
        dx = None
        # --------------------------------------------------------------------------
        # TODO: Compute dx.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return dx


class ELUModule:
    """The exponential linear unit: x where x >= 0, and exp(x) - 1 where x < 0."""

    def forward(self, x):
        """Compute the output, element by element.

        Args:
            x: Input, any shape.

        Returns:
            out: Output, same shape as x; finite for every finite x, however large.
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Compute the output, and keep what the backward pass needs in attributes of self.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out

    def backward(self, dout):
        """Compute the gradient for the input of the last forward pass.

        Args:
            dout: Gradient of the loss with respect to the output, same shape as the input.

        Returns:
            dx: Gradient of the loss with respect to the input, same shape.
        """
        dx = None
        # --------------------------------------------------------------------------
        # TODO: Compute dx.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return dx
