class MLP(MLP):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__(n_inputs, n_hidden, n_classes)
        self.layers.insert(0, nn.BatchNorm1d(n_inputs))
        self.layers.insert(3, nn.Dropout(0.3))
