def initialize_weights(self):
    self.weights = {}
    bound = 1 / np.sqrt(self.dims[0])
    for i in range(1, self.n_layers + 1):
        shape = (self.dims[i - 1], self.dims[i])
        self.weights[f"b{i}"] = np.zeros((1, self.dims[i]))
        self.weights[f"W{i}"] = np.random.uniform(-bound, bound, size=shape) if i < 3 else np.random.uniform(-1, 1, size=shape)


NN.initialize_weights = initialize_weights
