"""The layers of the assignment: a forward and a backward function for each.

A forward function returns `(out, cache)`. The cache holds whatever the backward function of the
same layer will need; you decide what that is, except where a docstring says so. A backward
function takes the gradient of the loss with respect to `out` and returns the gradients with
respect to the inputs. Do not change the arrays you are given.

Letters in shapes: N batch, D features, M output features, C channels or classes, H and W height
and width, F filters, HH and WW height and width of a filter.
"""

# ruff: noqa: F841, RUF059 - what is unpacked here is for the code that you will write

import numpy as np


def affine_forward(x, w, b):
    """Compute an affine (fully connected) layer.

    Each of the N examples is flattened into a row of D = d_1 * ... * d_k numbers first.

    Args:
        x: Input, shape (N, d_1, ..., d_k).
        w: Weights, shape (D, M).
        b: Biases, shape (M,).

    Returns:
        out: Output, shape (N, M).
        cache: (x, w, b).
    """
    out = None
    # --------------------------------------------------------------------------
    # TODO: Compute the output. Flatten a view or a copy of x, so that x keeps its shape.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    """Compute the gradients of an affine layer.

    Args:
        dout: Upstream gradient, shape (N, M).
        cache: (x, w, b) from `affine_forward`.

    Returns:
        dx: Gradient with respect to x, shape (N, d_1, ..., d_k).
        dw: Gradient with respect to w, shape (D, M).
        db: Gradient with respect to b, shape (M,).
    """
    x, w, b = cache
    dx, dw, db = None, None, None
    # --------------------------------------------------------------------------
    # TODO: Compute the three gradients.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dx, dw, db


def relu_forward(x):
    """Compute a layer of rectified linear units.

    Args:
        x: Input, any shape.

    Returns:
        out: Output, same shape as x.
        cache: x.
    """
    out = None
    # --------------------------------------------------------------------------
    # TODO: Compute the output.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    cache = x
    return out, cache


def relu_backward(dout, cache):
    """Compute the gradient of a layer of rectified linear units.

    Args:
        dout: Upstream gradient, any shape.
        cache: x from `relu_forward`, same shape as dout.

    Returns:
        dx: Gradient with respect to x.
    """
    x = cache
    dx = None
    # --------------------------------------------------------------------------
    # TODO: Compute the gradient.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalize every feature over the batch.

    In training, mean and (biased) variance are those of the batch, and running averages are kept:

        running = momentum * running + (1 - momentum) * batch

    In testing the running averages are used instead.

    Args:
        x: Input, shape (N, D).
        gamma: Scale, shape (D,).
        beta: Shift, shape (D,).
        bn_param: A dict with these keys:
            mode: 'train' or 'test'; required.
            eps: Added to the variance; 1e-5 if absent.
            momentum: Of the running averages; 0.9 if absent.
            running_mean: Shape (D,); zeros if absent. Written back.
            running_var: Shape (D,); zeros if absent. Written back.

    Returns:
        out: Output, shape (N, D).
        cache: What the backward pass needs.

    Raises:
        ValueError: If the mode is neither 'train' nor 'test'.
    """
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    features = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(features, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(features, dtype=x.dtype))

    out, cache = None, None
    if mode == "train":
        # --------------------------------------------------------------------------
        # TODO: Normalize x with the mean and the variance of the batch, then scale by gamma and
        # shift by beta. Keep in cache what the backward pass needs. Update running_mean and
        # running_var. The paper is https://arxiv.org/abs/1502.03167
        # Your code starts here.
        # --------------------------------------------------------------------------
        pass
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
    elif mode == "test":
        # --------------------------------------------------------------------------
        # TODO: Normalize x with running_mean and running_var, then scale and shift.
        # Your code starts here.
        # --------------------------------------------------------------------------
        pass
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
    else:
        raise ValueError(f"bn_param['mode'] is {mode!r}; set it to 'train' or 'test'.")

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    """Compute the gradients of batch normalization, node by node.

    Draw the graph of the forward pass and go back through every node of it.

    Args:
        dout: Upstream gradient, shape (N, D).
        cache: From `batchnorm_forward`.

    Returns:
        dx: Gradient with respect to x, shape (N, D).
        dgamma: Gradient with respect to gamma, shape (D,).
        dbeta: Gradient with respect to beta, shape (D,).
    """
    dx, dgamma, dbeta = None, None, None
    # --------------------------------------------------------------------------
    # TODO: Compute the three gradients. Where a value was used twice, add both gradients.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """Compute the gradients of batch normalization by a simplified formula.

    Work out dx on paper until it is short; it takes the same cache as `batchnorm_backward`.

    Args:
        dout: Upstream gradient, shape (N, D).
        cache: From `batchnorm_forward`.

    Returns:
        dx: Gradient with respect to x, shape (N, D).
        dgamma: Gradient with respect to gamma, shape (D,).
        dbeta: Gradient with respect to beta, shape (D,).
    """
    dx, dgamma, dbeta = None, None, None
    # --------------------------------------------------------------------------
    # TODO: Compute the three gradients.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """Normalize every row over its features; training and testing are alike.

    Args:
        x: Input, shape (N, D).
        gamma: Scale, shape (D,).
        beta: Shift, shape (D,).
        ln_param: A dict; eps, added to the variance, is 1e-5 if absent.

    Returns:
        out: Output, shape (N, D).
        cache: What the backward pass needs.
    """
    eps = ln_param.get("eps", 1e-5)
    out, cache = None, None
    # --------------------------------------------------------------------------
    # TODO: Normalize each row. With the right axis this is your batch normalization.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return out, cache


def layernorm_backward(dout, cache):
    """Compute the gradients of layer normalization.

    Args:
        dout: Upstream gradient, shape (N, D).
        cache: From `layernorm_forward`.

    Returns:
        dx: Gradient with respect to x, shape (N, D).
        dgamma: Gradient with respect to gamma, shape (D,).
        dbeta: Gradient with respect to beta, shape (D,).
    """
    dx, dgamma, dbeta = None, None, None
    # --------------------------------------------------------------------------
    # TODO: Compute the three gradients.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dx, dgamma, dbeta


def dropout_forward(x, dropout_param):
    """Drop elements at random in training; inverted dropout.

    `p` is the probability of KEEPING an element. What is kept is divided by p, so that nothing
    has to be done in testing.

    Args:
        x: Input, any shape.
        dropout_param: A dict with these keys:
            p: Probability of keeping an element.
            mode: 'train' or 'test'.
            seed: Optional; makes the mask repeatable, for gradient checks.

    Returns:
        out: Output, same shape and dtype as x.
        cache: (dropout_param, mask); the mask is None in testing.

    Raises:
        ValueError: If the mode is neither 'train' nor 'test'.
    """
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])

    mask, out = None, None
    if mode == "train":
        # --------------------------------------------------------------------------
        # TODO: Draw a mask with np.random.rand and apply it. Keep the mask.
        # Your code starts here.
        # --------------------------------------------------------------------------
        pass
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
    elif mode == "test":
        # --------------------------------------------------------------------------
        # TODO: Compute the output of the test phase.
        # Your code starts here.
        # --------------------------------------------------------------------------
        pass
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
    else:
        raise ValueError(f"dropout_param['mode'] is {mode!r}; set it to 'train' or 'test'.")

    cache = (dropout_param, mask)
    if out is not None:
        out = out.astype(x.dtype, copy=False)
    return out, cache


def dropout_backward(dout, cache):
    """Compute the gradient of dropout.

    Args:
        dout: Upstream gradient, any shape.
        cache: (dropout_param, mask) from `dropout_forward`.

    Returns:
        dx: Gradient with respect to x.
    """
    dropout_param, mask = cache
    dx = None
    if dropout_param["mode"] == "train":
        # --------------------------------------------------------------------------
        # TODO: Compute the gradient in training.
        # Your code starts here.
        # --------------------------------------------------------------------------
        pass
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
    else:
        dx = dout
    return dx


def conv_forward_naive(x, w, b, conv_param):
    """Convolve images with filters; clarity comes before speed here.

    Args:
        x: Images, shape (N, C, H, W).
        w: Filters, shape (F, C, HH, WW).
        b: Biases, shape (F,).
        conv_param: A dict with these keys:
            stride: Pixels between neighbouring windows, in both directions.
            pad: Zeros put around the image on every side; 0 is possible.

    Returns:
        out: Output, shape (N, F, H', W') where
            H' = 1 + (H + 2 * pad - HH) // stride
            W' = 1 + (W + 2 * pad - WW) // stride
        cache: (x, w, b, conv_param).
    """
    out = None
    # --------------------------------------------------------------------------
    # TODO: Compute the output. np.pad pads; it returns a new array.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    """Compute the gradients of a convolution.

    Args:
        dout: Upstream gradient, shape (N, F, H', W').
        cache: (x, w, b, conv_param) from `conv_forward_naive`.

    Returns:
        dx: Gradient with respect to x, shape (N, C, H, W).
        dw: Gradient with respect to w, shape (F, C, HH, WW).
        db: Gradient with respect to b, shape (F,).
    """
    x, w, b, conv_param = cache
    dx, dw, db = None, None, None
    # --------------------------------------------------------------------------
    # TODO: Compute the three gradients. The padding is not part of dx; mind pad = 0.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    """Take the maximum of each window; there is no padding.

    Args:
        x: Images, shape (N, C, H, W).
        pool_param: A dict with these keys:
            pool_height: Height of a window.
            pool_width: Width of a window.
            stride: Pixels between neighbouring windows, in both directions.

    Returns:
        out: Output, shape (N, C, H', W') where
            H' = 1 + (H - pool_height) // stride
            W' = 1 + (W - pool_width) // stride
        cache: (x, pool_param).
    """
    out = None
    # --------------------------------------------------------------------------
    # TODO: Compute the output.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    """Compute the gradient of max pooling.

    Args:
        dout: Upstream gradient, shape (N, C, H', W').
        cache: (x, pool_param) from `max_pool_forward_naive`.

    Returns:
        dx: Gradient with respect to x, shape (N, C, H, W).
    """
    x, pool_param = cache
    dx = None
    # --------------------------------------------------------------------------
    # TODO: Compute the gradient. Windows may overlap.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Normalize every channel over batch and positions.

    Args:
        x: Input, shape (N, C, H, W).
        gamma: Scale, shape (C,).
        beta: Shift, shape (C,).
        bn_param: As for `batchnorm_forward`; the running averages have shape (C,).

    Returns:
        out: Output, shape (N, C, H, W).
        cache: What the backward pass needs.
    """
    out, cache = None, None
    # --------------------------------------------------------------------------
    # TODO: Call batchnorm_forward on x in another shape; a few lines are enough.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    """Compute the gradients of spatial batch normalization.

    Args:
        dout: Upstream gradient, shape (N, C, H, W).
        cache: From `spatial_batchnorm_forward`.

    Returns:
        dx: Gradient with respect to x, shape (N, C, H, W).
        dgamma: Gradient with respect to gamma, shape (C,).
        dbeta: Gradient with respect to beta, shape (C,).
    """
    dx, dgamma, dbeta = None, None, None
    # --------------------------------------------------------------------------
    # TODO: Call one of your backward functions; a few lines are enough.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Normalize every image over G groups of neighbouring channels.

    Args:
        x: Input, shape (N, C, H, W).
        gamma: Scale, shape (1, C, 1, 1).
        beta: Shift, shape (1, C, 1, 1).
        G: Number of groups; it divides C.
        gn_param: A dict; eps, added to the variance, is 1e-5 if absent.

    Returns:
        out: Output, shape (N, C, H, W).
        cache: What the backward pass needs.
    """
    eps = gn_param.get("eps", 1e-5)
    out, cache = None, None
    # --------------------------------------------------------------------------
    # TODO: Normalize each group of each image, then scale and shift by channel.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    """Compute the gradients of spatial group normalization.

    Args:
        dout: Upstream gradient, shape (N, C, H, W).
        cache: From `spatial_groupnorm_forward`.

    Returns:
        dx: Gradient with respect to x, shape (N, C, H, W).
        dgamma: Gradient with respect to gamma, shape (1, C, 1, 1).
        dbeta: Gradient with respect to beta, shape (1, C, 1, 1).
    """
    dx, dgamma, dbeta = None, None, None
    # --------------------------------------------------------------------------
    # TODO: Compute the three gradients.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dx, dgamma, dbeta


def svm_loss(x, y):
    """Compute the multi-class hinge loss; complete, nothing to do here.

    Args:
        x: Scores, shape (N, C).
        y: Labels, shape (N,), with 0 <= y[i] < C.

    Returns:
        loss: Mean loss over the batch, a number.
        dx: Gradient with respect to x, shape (N, C).
    """
    rows = np.arange(x.shape[0])
    violation = x - x[rows, y][:, np.newaxis] + 1.0
    violation[rows, y] = 0.0
    counted = violation > 0
    loss = violation[counted].sum() / x.shape[0]
    dx = counted.astype(x.dtype)
    dx[rows, y] = -counted.sum(axis=1)
    return loss, dx / x.shape[0]


def softmax_loss(x, y):
    """Compute the cross-entropy of a softmax; complete, nothing to do here.

    Args:
        x: Scores, shape (N, C).
        y: Labels, shape (N,), with 0 <= y[i] < C.

    Returns:
        loss: Mean loss over the batch, a number.
        dx: Gradient with respect to x, shape (N, C).
    """
    rows = np.arange(x.shape[0])
    # Taking the largest score away changes nothing but keeps exp from overflowing.
    logits = x - x.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(logits).sum(axis=1))
    loss = (log_sum - logits[rows, y]).mean()
    dx = np.exp(logits - log_sum[:, np.newaxis])
    dx[rows, y] -= 1.0
    return loss, dx / x.shape[0]
