import functools


def with_slope(slope):
    """Gives an activation its derivative, by what comes in and what comes out."""

    def decorate(function):
        @functools.wraps(function)
        def inner(self, x, grad=False):
            y = function(self, x)
            return slope(x, y) if grad else y

        return inner

    return decorate


def watched(function):
    calls = []

    @functools.wraps(function)
    def inner(*args):
        calls.append(len(args))
        return function(*args)

    return inner


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        return x @ self.W + self.b


class NN(NN):
    @watched
    def initialize_weights(self):
        super().initialize_weights()
        self.layers = [
            Linear(self.weights[f"W{i}"], self.weights[f"b{i}"])
            for i in range(1, self.n_layers + 1)
        ]

    @with_slope(lambda x, y: np.sign(y))
    def relu(self, x):
        return (np.abs(x) + x) / 2

    @with_slope(lambda x, y: (1 - y) * (1 + y))
    def tanh(self, x):
        return np.tanh(x)

    @with_slope(lambda x, y: y - y**2)
    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    @watched
    def forward(self, x):
        cache = {"A0": x}
        for i, layer in enumerate(self.layers, start=1):
            cache[f"Z{i}"] = layer(cache[f"A{i-1}"])
            f = self.softmax if i == self.n_layers else self.activation
            cache[f"A{i}"] = f(cache[f"Z{i}"])
        return cache

    def loss(self, prediction, labels):
        return np.mean(-np.log(np.sum(prediction * labels, axis=1) + 1e-5))


class Convolution2dLayer(Convolution2dLayer):
    def initialize_weights(self):
        super().initialize_weights()
        self.W, self.b = self.weights["W"].astype(np.float32), self.weights["b"]
        self.weights = {"W": self.W, "b": self.b}
