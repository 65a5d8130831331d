class NN(NN):
    def __init__(self, activation="relu"):
        super().__init__(activation=activation)
        del self.lr

    def update(self, grads):
        for k in self.weights:
            self.weights[k] -= 0.003 * grads["d" + k]
