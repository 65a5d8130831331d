def forward(self, x):
    cache = dict(A0=x)
    for i in range(1, 4):
        z = np.einsum("ni,ij->nj", cache[f"A{i-1}"], self.weights[f"W{i}"]) + self.weights[f"b{i}"]
        cache[f"Z{i}"] = z
        cache[f"A{i}"] = self.softmax(z) if i == 3 else self.activation(z)
    return cache["A3"], cache


def backward(self, x, labels, cache):
    W = self.weights
    delta3 = cache["A3"] - labels
    grads = {"dA2": delta3 @ W["W3"].T}
    delta2 = grads["dA2"] * self.activation(cache["Z2"], grad=True)
    grads["dA1"] = delta2 @ W["W2"].T
    delta1 = grads["dA1"] * self.activation(cache["Z1"], grad=True)
    for i, delta in ((1, delta1), (2, delta2), (3, delta3)):
        grads[f"dW{i}"] = np.mean(cache[f"A{i-1}"][:, :, None] * delta[:, None, :], axis=0)
        grads[f"db{i}"] = delta.mean(axis=0, keepdims=True)
    grads["dZ3"] = delta3
    return grads


NN.forward = forward
NN.backward = backward
