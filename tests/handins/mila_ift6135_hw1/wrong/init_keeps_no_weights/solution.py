class NN(NN):
    def initialize_weights(self):
        self.weights = {}
        for i in range(1, self.n_layers + 1):
            self.weights[f"b{i}"] = np.zeros((1, self.dims[i]))
            W = np.random.uniform(-1/28, 1/28, (self.dims[i-1], self.dims[i]))
