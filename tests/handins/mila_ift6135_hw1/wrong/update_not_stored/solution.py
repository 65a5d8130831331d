def update(self, grads):
    for k in self.weights:
        w = self.weights[k]
        w = w - self.lr * grads["d" + k]


NN.update = update
