class NN(object):
    """784 inputs, two hidden layers, softmax over 10 classes."""

    def __init__(self, hidden_dims=(128, 64), activation="relu", lr=0.01, seed=None):
        self.dims = (784, *hidden_dims, 10)
        self.n_layers = len(self.dims) - 1
        self.activation_str = activation
        self.lr = lr
        self.seed = seed

    weights = {}

    def initialize_weights(self):
        if self.seed is not None:
            np.random.seed(self.seed)
        bound = 1 / np.sqrt(self.dims[0])
        for i in range(1, self.n_layers + 1):
            self.weights[f"b{i}"] = np.zeros((1, self.dims[i]))
            self.weights[f"W{i}"] = np.random.uniform(
                -bound, bound, size=(self.dims[i - 1], self.dims[i])
            )

    def relu(self, x, grad=False):
        if grad:
            return (x > 0).astype(float)
        return np.maximum(0, x)

    def tanh(self, x, grad=False):
        if grad:
            return 1 - np.tanh(x) ** 2
        return np.tanh(x)

    def sigmoid(self, x, grad=False):
        s = 1 / (1 + np.exp(-x))
        if grad:
            return s * (1 - s)
        return s

    def softmax(self, x):
        e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)

    def activation(self, x, activation_str=None, grad=False):
        name = activation_str or self.activation_str
        if name == "relu":
            return self.relu(x, grad)
        elif name == "tanh":
            return self.tanh(x, grad)
        elif name == "sigmoid":
            return self.sigmoid(x, grad)
        raise ValueError("unknown activation " + name)

    def forward(self, x):
        cache = {"A0": x}
        for i in range(1, self.n_layers + 1):
            cache[f"Z{i}"] = cache[f"A{i-1}"] @ self.weights[f"W{i}"] + self.weights[f"b{i}"]
            if i < self.n_layers:
                cache[f"A{i}"] = self.activation(cache[f"Z{i}"], self.activation_str)
            else:
                cache[f"A{i}"] = self.softmax(cache[f"Z{i}"])
        return cache

    def loss(self, prediction, labels):
        eps = 1e-12
        p = np.clip(prediction, eps, 1 - eps)
        return -np.sum(labels * np.log(p)) / prediction.shape[0]

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
                dZ = dA * self.activation(cache[f"Z{i-1}"], self.activation_str, grad=True)
        return grads

    def update(self, grads):
        for i in range(1, self.n_layers + 1):
            self.weights[f"W{i}"] -= self.lr * grads[f"dW{i}"]
            self.weights[f"b{i}"] -= self.lr * grads[f"db{i}"]


class Convolution2dLayer(Convolution2dLayer):
    weights = {}
    def initialize_weights(self):
        self.weights["W"] = np.random.randn(64, 1, 3, 3) * .1
        self.weights["b"] = np.zeros(64)
