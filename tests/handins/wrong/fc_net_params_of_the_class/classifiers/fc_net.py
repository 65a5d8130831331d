class FullyConnectedNet(object):
    params = {}
    """{affine - [batch/layer norm] - relu - [dropout]} x (L - 1) - affine - softmax"""

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
        self.normalization = normalization
        self.use_dropout = dropout != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        FullyConnectedNet.params = {}

        sizes = [input_dim] + list(hidden_dims) + [num_classes]
        for i in range(1, self.num_layers + 1):
            fan_in, fan_out = sizes[i - 1], sizes[i]
            self.params["W%d" % i] = weight_scale * np.random.randn(fan_in, fan_out)
            self.params["b%d" % i] = np.zeros(fan_out)
            if self.normalization is not None and i < self.num_layers:
                self.params["gamma%d" % i] = np.ones(fan_out)
                self.params["beta%d" % i] = np.zeros(fan_out)

        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {"mode": "train", "p": dropout}
            if seed is not None:
                self.dropout_param["seed"] = seed

        self.bn_params = []
        if self.normalization == "batchnorm":
            self.bn_params = [{"mode": "train"} for i in range(self.num_layers - 1)]
        if self.normalization == "layernorm":
            self.bn_params = [{} for i in range(self.num_layers - 1)]

        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

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
            if self.use_dropout:
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
            if self.use_dropout:
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
