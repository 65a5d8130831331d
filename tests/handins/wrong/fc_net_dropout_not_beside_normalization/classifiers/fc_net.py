def loss(self, X, y=None):
    """Scores without y; loss and gradients with it."""
    X = X.astype(self.dtype)
    mode = "test" if y is None else "train"
    if self.use_dropout:
        self.dropout_param["mode"] = mode
    if self.normalization == "batchnorm":
        for bn_param in self.bn_params:
            bn_param["mode"] = mode

    L = self.num_layers
    caches = {}
    h = X
    for i in range(1, L):
        W, b = self.params["W%d" % i], self.params["b%d" % i]
        h, caches["affine", i] = affine_forward(h, W, b)
        if self.normalization is not None:
            gamma, beta = self.params["gamma%d" % i], self.params["beta%d" % i]
        if self.normalization == "batchnorm":
            h, caches["norm", i] = batchnorm_forward(h, gamma, beta, self.bn_params[i - 1])
        elif self.normalization == "layernorm":
            h, caches["norm", i] = layernorm_forward(h, gamma, beta, self.bn_params[i - 1])
        h, caches["relu", i] = relu_forward(h)
        if self.use_dropout and self.normalization is None:
            h, caches["dropout", i] = dropout_forward(h, self.dropout_param)
    scores, caches["affine", L] = affine_forward(
        h, self.params["W%d" % L], self.params["b%d" % L]
    )

    if mode == "test":
        return scores

    grads = {}
    loss, dscores = softmax_loss(scores, y)
    dh, grads["W%d" % L], grads["b%d" % L] = affine_backward(dscores, caches["affine", L])
    for i in range(L - 1, 0, -1):
        if self.use_dropout and self.normalization is None:
            dh = dropout_backward(dh, caches["dropout", i])
        dh = relu_backward(dh, caches["relu", i])
        if self.normalization == "batchnorm":
            dh, grads["gamma%d" % i], grads["beta%d" % i] = batchnorm_backward(
                dh, caches["norm", i]
            )
        elif self.normalization == "layernorm":
            dh, grads["gamma%d" % i], grads["beta%d" % i] = layernorm_backward(
                dh, caches["norm", i]
            )
        dh, grads["W%d" % i], grads["b%d" % i] = affine_backward(dh, caches["affine", i])
    for i in range(1, L + 1):
        W = self.params["W%d" % i]
        loss += 0.5 * self.reg * np.sum(W * W)
        grads["W%d" % i] += self.reg * W
    return loss, grads


FullyConnectedNet.loss = loss
