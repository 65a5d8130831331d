def relu(x, grad=False):
    x = np.asarray(x)
    return np.heaviside(x, 0.0) if grad else (x + np.abs(x)) / 2


def tanh(x, grad=False):
    e = np.exp(-2 * np.abs(x))
    t = np.sign(x) * (1 - e) / (1 + e)
    return 4 * e / (1 + e) ** 2 if grad else t


def sigmoid(x, grad=False):
    s = np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), 1 - 1 / (1 + np.exp(-np.abs(x))))
    return s * (1 - s) if grad else s


def softmax(x):
    return np.array([np.exp(r - max(r)) / sum(np.exp(r - max(r))) for r in np.atleast_2d(x)])


def activation(activation_str, grad, x):
    table = {"relu": relu, "tanh": tanh, "sigmoid": sigmoid}
    return table[activation_str](x, grad)


class NN:
    def __init__(self, activation_str="relu", learning_rate=0.1):
        self.activation_str = activation_str
        self.learning_rate = learning_rate
        self.initialize_weights()

    def initialize_weights(self):
        b = 784 ** -0.5
        self.W1 = np.random.uniform(-b, b, (784, 128))
        self.W2 = np.random.uniform(-b, b, (128, 64))
        self.W3 = np.random.uniform(-b, b, (64, 10))
        self.b1, self.b2, self.b3 = np.zeros(128), np.zeros(64), np.zeros(10)

    def forward(self, x):
        self.x = x
        Z1 = x @ self.W1 + self.b1
        A1 = activation(self.activation_str, False, Z1)
        Z2 = A1 @ self.W2 + self.b2
        A2 = activation(self.activation_str, False, Z2)
        Z3 = A2 @ self.W3 + self.b3
        self.cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3, "A3": softmax(Z3)}
        return self.cache

    def loss(self, output, target):
        return -(target * np.log(output + 1e-9)).sum(axis=1).mean()

    def backward(self, target):
        c, n = self.cache, len(target)
        dZ3 = (c["A3"] - target) / n
        dA2 = dZ3 @ self.W3.T
        dZ2 = dA2 * activation(self.activation_str, True, c["Z2"])
        dA1 = dZ2 @ self.W2.T
        dZ1 = dA1 * activation(self.activation_str, True, c["Z1"])
        return {
            "dZ3": dZ3, "dA2": dA2, "dZ2": dZ2, "dA1": dA1, "dZ1": dZ1,
            "dW3": c["A2"].T @ dZ3, "dW2": c["A1"].T @ dZ2, "dW1": self.x.T @ dZ1,
            "db3": dZ3.sum(0), "db2": dZ2.sum(0), "db1": dZ1.sum(0),
        }

    def update(self, grads):
        for key, value in grads.items():
            if key[1] in "Wb":
                setattr(self, key[1:], getattr(self, key[1:]) - self.learning_rate * value)
