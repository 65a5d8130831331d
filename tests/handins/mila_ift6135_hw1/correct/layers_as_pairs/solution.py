class NN(object):
    """params: list of (W, b)"""
    def __init__(self, hidden_dims=(128, 64), activation="relu", lr=0.01, seed=None):
        self.layer_sizes = [784] + list(hidden_dims) + [10]
        self.activation_str = activation
        self.lr = lr
        self.params = []
    def initialize_weights(self):
        limit = 1.0 / np.sqrt(self.layer_sizes[0])
        self.params = []
        for fan_in, fan_out in zip(self.layer_sizes[:-1], self.layer_sizes[1:]):
            self.params.append((np.random.uniform(-limit, limit, (fan_in, fan_out)), np.zeros((1, fan_out))))
    def relu(self, x, grad=False):
        return np.where(x > 0, 1.0, 0.0) if grad else np.where(x > 0, x, 0.0)
    def tanh(self, x, grad=False):
        t = np.tanh(x)
        return 1 - t * t if grad else t
    def sigmoid(self, x, grad=False):
        s = np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))
        return s * (1 - s) if grad else s
    def softmax(self, x):
        z = x - x.max(axis=-1, keepdims=True)
        e = np.exp(z)
        return e / e.sum(axis=-1, keepdims=True)
    def activation(self, x, grad=False):
        return getattr(self, self.activation_str)(x, grad)
    def forward(self, x):
        cache = {}
        a = x
        cache["A0"] = x
        for l, (W, b) in enumerate(self.params, 1):
            z = a.dot(W) + b
            a = self.softmax(z) if l == len(self.params) else self.activation(z)
            cache["Z%d" % l], cache["A%d" % l] = z, a
        return cache
    def loss(self, prediction, labels):
        return float(np.mean(-np.sum(labels * np.log(prediction + 1e-9), axis=1)))
    def backward(self, cache, labels):
        grads = {}
        m = labels.shape[0]
        dz = cache["A3"] - labels
        for l in range(3, 0, -1):
            grads["dZ%d" % l] = dz
            grads["dW%d" % l] = cache["A%d" % (l - 1)].T.dot(dz) / m
            grads["db%d" % l] = dz.sum(axis=0, keepdims=True) / m
            if l > 1:
                da = dz.dot(self.params[l - 1][0].T)
                grads["dA%d" % (l - 1)] = da
                dz = da * self.activation(cache["Z%d" % (l - 1)], grad=True)
        return grads
    def update(self, grads):
        new = []
        for l, (W, b) in enumerate(self.params, 1):
            new.append((W - self.lr * grads["dW%d" % l], b - self.lr * grads["db%d" % l]))
        self.params = new
