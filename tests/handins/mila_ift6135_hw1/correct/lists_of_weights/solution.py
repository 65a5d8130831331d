class NN:
    def __init__(self, hidden_dims, lr=0.5, activation="relu"):
        self.sizes = [784] + list(hidden_dims) + [10]
        self.lr = lr
        self.act = activation
        self.activation_str = activation

    def initialize_weights(self):
        r = 1 / 28
        self.W = [np.random.uniform(-r, r, (m, n)) for m, n in zip(self.sizes, self.sizes[1:])]
        self.b = [np.zeros((1, n)) for n in self.sizes[1:]]

    @staticmethod
    def relu(x, grad=False):
        return (x >= 0).astype(x.dtype) if grad else x.clip(min=0)

    @staticmethod
    def tanh(x, grad=False):
        return 1 / np.cosh(x) ** 2 if grad else np.tanh(x)

    @staticmethod
    def sigmoid(x, grad=False):
        s = 0.5 * (1 + np.tanh(x / 2))
        return s * (1 - s) if grad else s

    @staticmethod
    def softmax(x):
        x = x - np.max(x, axis=-1, keepdims=True)
        return np.exp(x - np.log(np.exp(x).sum(axis=-1, keepdims=True)))

    def activation(self, x, activation_str, grad=False):
        return {"relu": NN.relu, "tanh": NN.tanh, "sigmoid": NN.sigmoid}[activation_str](x, grad)

    def forward(self, x):
        Zs, As = [], [x]
        for i, (w, b) in enumerate(zip(self.W, self.b)):
            Zs.append(As[-1] @ w + b)
            As.append(NN.softmax(Zs[-1]) if i == 2 else self.activation(Zs[-1], self.activation_str))
        return {"Z": Zs, "A": As}

    def loss(self, p, y):
        return np.sum(-y * np.log(p)) / y.shape[0]

    def backward(self, cache, y):
        Zs, As = cache["Z"], cache["A"]
        grads = {}
        delta = As[-1] - y
        for i in (2, 1, 0):
            grads[f"dZ{i + 1}"] = delta
            grads[f"dW{i + 1}"] = As[i].T @ delta / len(y)
            grads[f"db{i + 1}"] = delta.mean(0)
            if i:
                grads[f"dA{i}"] = delta @ self.W[i].T
                delta = grads[f"dA{i}"] * self.activation(Zs[i - 1], self.activation_str, True)
        return grads

    def update(self, grads):
        for i in range(3):
            self.W[i] = self.W[i] - self.lr * grads[f"dW{i + 1}"]
            self.b[i] = self.b[i] - self.lr * grads[f"db{i + 1}"].reshape(1, -1)
        return self.W, self.b
