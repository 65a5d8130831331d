_Later = FullyConnectedNet


class FullyConnectedNet(_Later):
    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, dropout=1, use_batchnorm=False,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.use_batchnorm = use_batchnorm
        super().__init__(hidden_dims, input_dim, num_classes, dropout, 'batchnorm' if use_batchnorm else None,
                         reg, weight_scale, dtype, seed)
