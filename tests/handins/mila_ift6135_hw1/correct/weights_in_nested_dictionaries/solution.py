class NN(NN):
    def initialize_weights(self):
        limit = 1.0 / np.sqrt(784)
        self.weights = {"W": {}, "b": {}}
        for l in range(1, 4):
            self.weights["W"][l] = np.random.uniform(-limit, limit, (self.dims[l-1], self.dims[l]))
            self.weights["b"][l] = np.zeros((1, self.dims[l]))
    def forward(self, x):
        Z, A = {}, {0: x}
        for l in range(1, 4):
            Z[l] = A[l-1] @ self.weights["W"][l] + self.weights["b"][l]
            A[l] = self.softmax(Z[l]) if l == 3 else self.activation(Z[l])
        return {"Z": Z, "A": A}
    def backward(self, cache, labels):
        Z, A = cache["Z"], cache["A"]
        g = {"Z": {}, "A": {}, "W": {}, "b": {}}
        for l in (3, 2, 1):
            g["Z"][l] = A[3] - labels if l == 3 else g["A"][l] * self.activation(Z[l], grad=True)
            g["W"][l] = A[l-1].T @ g["Z"][l] / len(labels)
            g["b"][l] = g["Z"][l].mean(0, keepdims=True)
            if l > 1:
                g["A"][l-1] = g["Z"][l] @ self.weights["W"][l].T
        return g
    def update(self, grads):
        for k in ("W", "b"):
            for l in (1, 2, 3):
                self.weights[k][l] -= self.lr * grads[k][l]
