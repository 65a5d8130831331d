class NN:
    def __init__(self, activation="relu"):
        self.h = [784, 128, 64, 10]
        self.activation_str = activation
        self.lr = 0.1
        self.weights = {}

    def initialize_weights(self):
        a = 1 / np.sqrt(784)
        for l in range(1, 4):
            self.weights["W%d" % l] = np.random.uniform(-a, a, (self.h[l], self.h[l - 1]))
            self.weights["b%d" % l] = np.zeros((self.h[l], 1))

    def relu(self, z, grad=False):
        return np.where(z > 0, 1.0, 0.0) if grad else z * (z > 0)

    def tanh(self, z, grad=False):
        t = np.tanh(z)
        return 1 - t * t if grad else t

    def sigmoid(self, z, grad=False):
        s = 1.0 / (1.0 + np.exp(-z))
        return s - s * s if grad else s

    def softmax(self, z):
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0)

    def activation(self, z, grad=False):
        return getattr(self, self.activation_str)(z, grad=grad)

    def forward(self, x):
        A, cache = x, {"A0": x}
        for l in (1, 2, 3):
            Z = np.dot(self.weights["W%d" % l], A) + self.weights["b%d" % l]
            A = self.softmax(Z) if l == 3 else self.activation(Z)
            cache["Z%d" % l], cache["A%d" % l] = Z, A
        return cache

    def loss(self, y_hat, y):
        return float(-np.log(np.sum(y_hat * y, axis=1)).mean())

    def backward(self, cache, y):
        m = y.shape[1]
        g = {"dZ3": cache["A3"] - y}
        for l in (3, 2, 1):
            g["dW%d" % l] = g["dZ%d" % l].dot(cache["A%d" % (l - 1)].T) / m
            g["db%d" % l] = g["dZ%d" % l].mean(axis=1).reshape(-1, 1)
            if l > 1:
                g["dA%d" % (l - 1)] = self.weights["W%d" % l].T.dot(g["dZ%d" % l])
                g["dZ%d" % (l - 1)] = g["dA%d" % (l - 1)] * self.activation(
                    cache["Z%d" % (l - 1)], grad=True
                )
        return g

    def update(self, g):
        for l in (1, 2, 3):
            self.weights["W%d" % l] = self.weights["W%d" % l] - self.lr * g["dW%d" % l]
            self.weights["b%d" % l] = self.weights["b%d" % l] - self.lr * g["db%d" % l]
