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
    self.params = {}

    sizes = [input_dim] + list(hidden_dims) + [num_classes]
    for i in range(1, self.num_layers + 1):
        fan_in, fan_out = sizes[i - 1], sizes[i]
        self.params["W%d" % i] = weight_scale * np.random.randn(fan_in, fan_out)
        self.params["b%d" % i] = np.zeros(fan_out)
        if self.normalization is not None and i < self.num_layers:
            self.params["gamma%d" % i] = np.ones(hidden_dims[0])
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


FullyConnectedNet.__init__ = __init__
