class NN(NN):
    def __init__(self, activation="relu"):
        super().__init__(activation=activation)
        del self.lr

    def update(self, grads, learning_rate=0.001):
        return {k: w - learning_rate * grads["d" + k] for k, w in self.weights.items()}
