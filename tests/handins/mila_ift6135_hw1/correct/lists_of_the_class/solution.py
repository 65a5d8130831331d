class NN(NN):
    weights = []

    def __init__(self, hidden_dims=(128, 64), activation="relu", lr=0.01):
        self.dims = (784, *hidden_dims, 10)
        self.activation_str = activation
        self.lr = lr

    def initialize_weights(self):
        b = 1/np.sqrt(784)
        self.__class__.weights = []
        for i in range(3):
            self.__class__.weights.append((np.random.uniform(-b, b, (self.dims[i], self.dims[i+1])), np.zeros((1, self.dims[i+1]))))
    def forward(self, x):
        c = {"A0": x}
        for i in range(1, 4):
            W, b = self.weights[i-1]
            c[f"Z{i}"] = c[f"A{i-1}"] @ W + b
            c[f"A{i}"] = self.softmax(c[f"Z{i}"]) if i == 3 else self.activation(c[f"Z{i}"], self.activation_str)
        return c
    def backward(self, cache, labels):
        g = {}
        dZ = cache["A3"] - labels
        n = len(labels)
        for i in (3, 2, 1):
            g[f"dZ{i}"] = dZ
            g[f"dW{i}"] = cache[f"A{i-1}"].T @ dZ / n
            g[f"db{i}"] = dZ.mean(0, keepdims=True)
            if i > 1:
                g[f"dA{i-1}"] = dZ @ self.weights[i-1][0].T
                dZ = g[f"dA{i-1}"] * self.activation(cache[f"Z{i-1}"], self.activation_str, True)
        return g
    def update(self, grads):
        for i in range(3):
            W, b = self.weights[i]
            self.__class__.weights[i] = (W - self.lr*grads[f"dW{i+1}"], b - self.lr*grads[f"db{i+1}"])
