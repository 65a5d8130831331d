class NN(object):
    def __init__(self, hidden_dims=(128, 64), epsilon=1e-6, lr=7e-4, batch_size=64, seed=1,
                 activation="relu", data=None):
        self.hidden_dims = hidden_dims
        self.n_hidden = len(hidden_dims)
        self.lr = lr
        self.batch_size = batch_size
        self.seed = seed
        self.activation_str = activation
        self.epsilon = epsilon
        self.train_logs = {"train_loss": [], "validation_loss": []}
        self.n_classes = 10

    def initialize_weights(self, dims):
        if self.seed is not None:
            np.random.seed(self.seed)
        self.weights = {}
        all_dims = [dims[0]] + list(self.hidden_dims) + [dims[1]]
        for layer_n in range(1, self.n_hidden + 2):
            bound = 1 / np.sqrt(all_dims[layer_n - 1])
            size = (all_dims[layer_n - 1], all_dims[layer_n])
            self.weights[f"W{layer_n}"] = np.random.uniform(-bound, bound, size)
            self.weights[f"b{layer_n}"] = np.zeros((1, all_dims[layer_n]))

    def relu(self, x, grad=False):
        return (x > 0) * 1.0 if grad else np.maximum(x, 0)

    def sigmoid(self, x, grad=False):
        s = 1 / (1 + np.exp(-x))
        return s * (1 - s) if grad else s

    def tanh(self, x, grad=False):
        return 1 - np.tanh(x) ** 2 if grad else np.tanh(x)

    def activation(self, x, grad=False):
        if self.activation_str == "relu":
            return self.relu(x, grad)
        if self.activation_str == "sigmoid":
            return self.sigmoid(x, grad)
        if self.activation_str == "tanh":
            return self.tanh(x, grad)
        raise Exception("invalid")

    def softmax(self, x):
        if x.ndim == 1:
            e = np.exp(x - x.max())
            return e / e.sum()
        e = np.exp(x - x.max(1)[:, None])
        return e / e.sum(1)[:, None]

    def forward(self, x):
        cache = {"Z0": x}
        for i in range(1, self.n_hidden + 2):
            cache[f"A{i}"] = cache[f"Z{i-1}"] @ self.weights[f"W{i}"] + self.weights[f"b{i}"]
            last = i == self.n_hidden + 1
            cache[f"Z{i}"] = self.softmax(cache[f"A{i}"]) if last else self.activation(cache[f"A{i}"])
        return cache

    def backward(self, cache, labels):
        output = cache[f"Z{self.n_hidden + 1}"]
        grads = {f"dA{self.n_hidden + 1}": output - labels}
        for i in range(self.n_hidden + 1, 0, -1):
            grads[f"dW{i}"] = cache[f"Z{i-1}"].T @ grads[f"dA{i}"] / labels.shape[0]
            grads[f"db{i}"] = grads[f"dA{i}"].mean(axis=0, keepdims=True)
            if i > 1:
                grads[f"dZ{i-1}"] = grads[f"dA{i}"] @ self.weights[f"W{i}"].T
                grads[f"dA{i-1}"] = grads[f"dZ{i-1}"] * self.activation(cache[f"A{i-1}"], grad=True)
        return grads

    def update(self, grads):
        for layer in range(1, self.n_hidden + 2):
            self.weights[f"W{layer}"] -= self.lr * grads[f"dW{layer}"]
            self.weights[f"b{layer}"] -= self.lr * grads[f"db{layer}"]

    def loss(self, prediction, labels):
        prediction[np.where(prediction < self.epsilon)] = self.epsilon
        prediction[np.where(prediction > 1 - self.epsilon)] = 1 - self.epsilon
        return -np.mean(np.sum(labels * np.log(prediction), axis=1))
