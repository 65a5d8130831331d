def loss(self, prediction, y):
    return -np.log(prediction[np.arange(len(y)), y]).sum()


def backward(self, cache, y):
    grads = {}
    dZ = cache["A3"].copy()
    dZ[np.arange(len(y)), y] -= 1
    for i in (3, 2, 1):
        grads[f"dZ{i}"] = dZ
        grads[f"dW{i}"] = cache[f"A{i-1}"].T @ dZ
        grads[f"db{i}"] = dZ.sum(0)
        if i > 1:
            grads[f"dA{i-1}"] = dZ @ self.weights[f"W{i}"].T
            dZ = grads[f"dA{i-1}"] * self.activation(cache[f"Z{i-1}"], grad=True)
    return grads


def update(self, grads):
    for i in (1, 2, 3):
        self.weights[f"W{i}"] -= self.lr * grads[f"dW{i}"]
        self.weights[f"b{i}"] -= self.lr * grads[f"db{i}"].reshape(1, -1)


NN.loss = loss
NN.backward = backward
NN.update = update
