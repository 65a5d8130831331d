class NN(NN):
    def initialize_weights(self):
        """x"""
        if self.seed is not None:
            np.random.seed(self.seed)
        self.weights = {}
        for i in range(1, self.n_layers + 1):
            self.weights[f"b{i}"] = np.zeros((1, self.dims[i]))
        raise NotImplementedError("1.1")
