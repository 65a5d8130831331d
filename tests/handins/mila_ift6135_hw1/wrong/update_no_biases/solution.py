def update(self, grads):
    for i in range(1, self.n_layers + 1):
        self.weights[f"W{i}"] -= self.lr * grads[f"dW{i}"]


NN.update = update
