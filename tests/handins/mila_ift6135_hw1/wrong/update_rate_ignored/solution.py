def update(self, grads):
    for k in self.weights:
        self.weights[k] = self.weights[k] - grads["d" + k]


NN.update = update
