class NN(NN):
    def __init__(self, hidden_dims=(128, 64), activation="relu", lr=0.01, seed=None):
        self.dims = (784, *hidden_dims, 10)
        self.n_layers = 3
        self.activation_str = activation
        self.__lr = lr
        self.__params = None
        self.seed = seed
    @property
    def lr(self):
        return self.__lr
    @property
    def weights(self):
        if self.__params is None:
            raise RuntimeError("call initialize_weights first")
        return self.__params
    def initialize_weights(self):
        b = 1 / np.sqrt(784)
        self.__params = {}
        for i in range(1, 4):
            self.__params[f"W{i}"] = np.random.uniform(-b, b, (self.dims[i-1], self.dims[i]))
            self.__params[f"b{i}"] = np.zeros((1, self.dims[i]))
