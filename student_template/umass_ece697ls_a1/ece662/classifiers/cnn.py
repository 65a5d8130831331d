"""A convolutional network, put together from the layers."""

# ruff: noqa: F841 - what is set here is for the code that you will write

import numpy as np

from ..fast_layers import (  # noqa: F401 - the notebooks import every layer from this module
    conv_backward_fast,
    conv_forward_fast,
    max_pool_backward_fast,
    max_pool_forward_fast,
)
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


class ThreeLayerConvNet:
    """A network of three layers: conv - relu - 2x2 max pool - affine - relu - affine - softmax.

    Inputs are batches of N images with C channels, height H and width W: shape (N, C, H, W).
    """

    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=7,
        hidden_dim=100,
        num_classes=10,
        weight_scale=1e-3,
        reg=0.0,
        dtype=np.float32,
    ):
        """Make a network.

        Args:
            input_dim: (C, H, W) of the images.
            num_filters: Number F of filters in the convolution.
            filter_size: Height and width k of the filters, odd.
            hidden_dim: Size of the hidden affine layer.
            num_classes: Number of classes.
            weight_scale: Standard deviation of the initial weights.
            reg: Strength of L2 regularization.
            dtype: Of parameters and computations.
        """
        self.params = {}
        self.reg = reg
        self.dtype = dtype

        # --------------------------------------------------------------------------
        # TODO: Fill self.params: W1 (F, C, k, k), b1 (F,), W2 (F * H/2 * W/2, hidden_dim), b2,
        # W3 (hidden_dim, num_classes), b3. Weights come from a normal distribution with mean 0
        # and standard deviation weight_scale; biases are zero. The padding in `loss` keeps the
        # size of the image through the convolution.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

        for name, value in self.params.items():
            self.params[name] = value.astype(dtype)

    def loss(self, X, y=None):
        """Compute the scores, or the loss and the gradients.

        Args:
            X: Inputs, shape (N, C, H, W).
            y: Labels, shape (N,), or None in testing.

        Returns:
            Without y, the scores, shape (N, C). With y, a tuple:
            loss: A number.
            grads: A dict with the same keys as self.params.
        """
        X = X.astype(self.dtype)
        W1 = self.params["W1"]
        filter_size = W1.shape[2]
        # This padding and stride keep the height and the width of the image.
        conv_param = {"stride": 1, "pad": (filter_size - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}

        scores = None
        # --------------------------------------------------------------------------
        # TODO: Compute the scores. layer_utils.py and fast_layers.py are there for you.
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
        # 0.5 * reg * (sum of squares of W1, W2 and W3) to the loss.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return loss, grads
