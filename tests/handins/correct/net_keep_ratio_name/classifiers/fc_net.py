_Older = FullyConnectedNet


class FullyConnectedNet(_Older):
    """A modular neural network with an arbitrary number of hidden layers."""

    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout_keep_ratio=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
        verbose=False,
    ):
        super().__init__(hidden_dims, input_dim, num_classes, dropout_keep_ratio, normalization,
                         reg, weight_scale, dtype, seed)
        self.dropout_keep_ratio = dropout_keep_ratio
        self.verbose = verbose
        self.learning_rate = 1e-3
        self.best_val = -1
