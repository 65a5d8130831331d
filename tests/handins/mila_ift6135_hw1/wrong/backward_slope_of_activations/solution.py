def backward(self, cache, labels):
    grads = {}
    n = labels.shape[0]
    L = self.n_layers
    dZ = cache[f"A{L}"] - labels
    for i in range(L, 0, -1):
        grads[f"dZ{i}"] = dZ
        grads[f"dW{i}"] = cache[f"A{i-1}"].T @ dZ / n
        grads[f"db{i}"] = np.sum(dZ, axis=0, keepdims=True) / n
        if i > 1:
            dA = dZ @ self.weights[f"W{i}"].T
            grads[f"dA{i-1}"] = dA
            dZ = dA * self.activation(cache[f"A{i-1}"], self.activation_str, grad=True)
    return grads


NN.backward = backward
