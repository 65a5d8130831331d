class NN(NN):
    def update(self, grads):
        for k, g in grads.items():
            self.weights[k[1:]] -= self.lr * g
