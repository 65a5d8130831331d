"""Fully connected networks, put together from the layers."""

import numpy as np

from ..layer_utils import (  # noqa: F401 - the notebooks import every layer from this module
    affine_relu_backward,
    affine_relu_forward,
    conv_bn_relu_backward,
    conv_bn_relu_forward,
    conv_relu_backward,
    conv_relu_forward,
    conv_relu_pool_backward,
    conv_relu_pool_forward,
)
from ..layers import (  # noqa: F401 - the notebooks import every layer from this module
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_backward_alt,
    batchnorm_forward,
    conv_backward_naive,
    conv_forward_naive,
    dropout_backward,
    dropout_forward,
    layernorm_backward,
    layernorm_forward,
    max_pool_backward_naive,
    max_pool_forward_naive,
    relu_backward,
    relu_forward,
    softmax_loss,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
    spatial_groupnorm_backward,
    spatial_groupnorm_forward,
    svm_loss,
)


class TwoLayerNet:
    """A network of two layers: affine - relu - affine - softmax.

    Inputs have dimension D, the hidden layer H, and there are C classes. The network does no
    gradient descent itself; a Solver does that. Its parameters are in `self.params`, a dict of
    arrays by name.
    """

    def __init__(
        self,
        input_dim=3 * 32 * 32,
        hidden_dim=100,
        num_classes=10,
        weight_scale=1e-3,
        reg=0.0,
    ):
        """Make a network.

        Args:
            input_dim: Size D of the input.
            hidden_dim: Size H of the hidden layer.
            num_classes: Number C of classes.
            weight_scale: Standard deviation of the initial weights.
            reg: Strength of L2 regularization.
        """
        self.params = {}
        self.reg = reg

        # --------------------------------------------------------------------------
        # TODO: Fill self.params: W1 (D, H) and W2 (H, C) from a normal distribution with mean 0
        # and standard deviation weight_scale, b1 (H,) and b2 (C,) zero.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def loss(self, X, y=None):
        """Compute the scores, or the loss and the gradients.

        Args:
            X: Inputs, shape (N, d_1, ..., d_k).
            y: Labels, shape (N,), or None in testing.

        Returns:
            Without y, the scores, shape (N, C). With y, a tuple:
            loss: A number.
            grads: A dict with the same keys as self.params.
        """
        scores = None
        # --------------------------------------------------------------------------
        # TODO: Compute the scores with the layers of layers.py.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

        if y is None:
            return scores

        loss, grads = 0, {}
        # --------------------------------------------------------------------------
        # TODO: Compute the loss with softmax_loss and the gradients of all parameters. Add
        # 0.5 * reg * (sum of squares of W1 and W2) to the loss; biases are not regularized.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return loss, grads


class FullyConnectedNet:
    """A network of any depth, with optional normalization and dropout.

    For L layers it is

        {affine - [batchnorm or layernorm] - relu - [dropout]} x (L - 1) - affine - softmax

    Its parameters are in `self.params`: W1, b1, W2, b2, ... and, with normalization, gamma1,
    beta1, ... for every layer but the last.
    """

    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        """Make a network.

        Args:
            hidden_dims: List of the sizes of the hidden layers.
            input_dim: Size of the input.
            num_classes: Number of classes.
            dropout: Probability of KEEPING an activation; 1 means no dropout.
            normalization: None, 'batchnorm' or 'layernorm'.
            reg: Strength of L2 regularization.
            weight_scale: Standard deviation of the initial weights.
            dtype: Of parameters and computations; np.float64 for gradient checks.
            seed: Passed to the dropout layers, so that gradients can be checked.
        """
        self.normalization = normalization
        self.use_dropout = dropout != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}

        # --------------------------------------------------------------------------
        # TODO: Fill self.params. Weights come from a normal distribution with mean 0 and
        # standard deviation weight_scale; biases are zero. With normalization, gammas are one
        # and betas zero.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

        # All dropout layers get this dict: probability, mode and perhaps the seed.
        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {"mode": "train", "p": dropout}
            if seed is not None:
                self.dropout_param["seed"] = seed

        # Each batch normalization keeps its running averages in a dict of its own: the first one
        # gets self.bn_params[0], and so on. Layer normalization gets an empty dict.
        self.bn_params = []
        if self.normalization == "batchnorm":
            self.bn_params = [{"mode": "train"} for _ in range(self.num_layers - 1)]
        if self.normalization == "layernorm":
            self.bn_params = [{} for _ in range(self.num_layers - 1)]

        for name, value in self.params.items():
            self.params[name] = value.astype(dtype)

    def loss(self, X, y=None):
        """Compute the scores, or the loss and the gradients.

        Args:
            X: Inputs, shape (N, d_1, ..., d_k).
            y: Labels, shape (N,), or None in testing.

        Returns:
            Without y, the scores, shape (N, C). With y, a tuple:
            loss: A number.
            grads: A dict with the same keys as self.params.
        """
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"

        # Dropout and batch normalization work differently in training and in testing.
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        if self.normalization == "batchnorm":
            for bn_param in self.bn_params:
                bn_param["mode"] = mode

        scores = None
        # --------------------------------------------------------------------------
        # TODO: Compute the scores. The last affine layer has no normalization, relu or dropout.
        # It may help to write a helper for the layers that always come together.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

        if y is None:
            return scores

        loss, grads = 0.0, {}
        # --------------------------------------------------------------------------
        # TODO: Compute the loss with softmax_loss and the gradients of all parameters. Add
        # 0.5 * reg * (sum of squares of every W) to the loss; biases, gammas and betas are not
        # regularized.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return loss, grads
