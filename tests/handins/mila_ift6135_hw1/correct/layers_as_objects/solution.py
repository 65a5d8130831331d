class Dense:
    def __init__(self, n_in, n_out):
        self.n_in, self.n_out = n_in, n_out
        self.weight = None
        self.bias = np.zeros((1, n_out))
    def reset(self, limit):
        self.weight = np.random.uniform(-limit, limit, size=(self.n_in, self.n_out))
    def __call__(self, x):
        return x @ self.weight + self.bias
class NN(NN):
    def __init__(self, hidden_dims=(128, 64), activation="relu", lr=0.01, seed=None):
        sizes = [784, *hidden_dims, 10]
        self.activation_str, self.lr = activation, lr
        self.layers = [Dense(a, b) for a, b in zip(sizes, sizes[1:])]
    def initialize_weights(self):
        for layer in self.layers:
            layer.reset(1 / np.sqrt(784))
    def forward(self, x):
        cache = {"A0": x}
        for i, layer in enumerate(self.layers, 1):
            cache[f"Z{i}"] = x = layer(x)
            cache[f"A{i}"] = x = self.softmax(x) if i == 3 else self.activation(x)
        return cache
    def backward(self, cache, labels):
        grads, d = {}, cache["A3"] - labels
        for i in (3, 2, 1):
            grads[f"dZ{i}"], grads[f"dW{i}"] = d, cache[f"A{i-1}"].T @ d / len(d)
            grads[f"db{i}"] = d.mean(axis=0, keepdims=True)
            if i > 1:
                grads[f"dA{i-1}"] = d @ self.layers[i - 1].weight.T
                d = grads[f"dA{i-1}"] * self.activation(cache[f"Z{i-1}"], grad=True)
        return grads
    def update(self, grads):
        for i, layer in enumerate(self.layers, 1):
            layer.weight -= self.lr * grads[f"dW{i}"]
            layer.bias -= self.lr * grads[f"db{i}"]


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)
class Convolution2dLayer(object):
    def __init__(self, in_channels=1, out_channels=64, kernel_size=3):
        self.shape = (out_channels, in_channels, kernel_size, kernel_size)
        self.initialize_weights()
    def initialize_weights(self):
        self.weight = Parameter(np.random.randn(*self.shape) * np.sqrt(2 / 9))
        self.bias = Parameter(np.zeros(self.shape[0]))
    def forward(self, x):
        from numpy.lib.stride_tricks import sliding_window_view
        self.win = sliding_window_view(x, (3, 3), axis=(2, 3))
        return np.einsum("nchwij,fcij->nfhw", self.win, self.weight.data, optimize=True) + self.bias.data[None, :, None, None]
    def backward(self, dout):
        self.weight.grad = np.einsum("nfhw,nchwij->fcij", dout, self.win, optimize=True)
        self.bias.grad = dout.sum((0, 2, 3))
        return self.weight.grad, self.bias.grad
