def update(self, grads):
    for k in self.weights:
        self.weights[k] = self.weights[k] + self.lr * grads["d" + k]


NN.update = update
