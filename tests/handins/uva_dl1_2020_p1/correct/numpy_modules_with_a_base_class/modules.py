from abc import ABC, abstractmethod


class Module(ABC):
    def __init__(self):
        self._params, self.grads = {}, {}
        self._saved = []

    @property
    def params(self):
        return self._params

    @abstractmethod
    def forward(self, *inputs): ...

    @abstractmethod
    def backward(self, *inputs): ...

    def __call__(self, *inputs):
        return self.forward(*inputs)


class LinearModule(Module):
    def __init__(self, in_features: int, out_features: int):
        super().__init__()
        self._params["weight"] = np.random.default_rng().normal(0, 1e-4, (in_features, out_features))
        self._params["bias"] = np.zeros((1, out_features))

    def forward(self, x):
        self._saved = [x]
        return x @ self.params["weight"] + self.params["bias"]

    def backward(self, dout):
        (x,) = self._saved
        self.grads.update(weight=x.T @ dout, bias=dout.sum(axis=0, keepdims=True))
        return dout @ self.params["weight"].T


class ELUModule(Module):
    def forward(self, x):
        y = np.maximum(x, 0) + np.expm1(np.minimum(x, 0))
        self._saved = [y]
        return y

    def backward(self, dout):
        (y,) = self._saved
        return dout * (1 + np.minimum(y, 0))


class SoftMaxModule(Module):
    def forward(self, x):
        log_sum = np.logaddexp.reduce(x, axis=-1, keepdims=True)
        self._saved = [np.exp(x - log_sum)]
        return self._saved[0]

    def backward(self, dout):
        (y,) = self._saved
        jacobian = np.einsum("ni,ij->nij", y, np.eye(y.shape[1])) - np.einsum("ni,nj->nij", y, y)
        return np.matmul(jacobian, dout[:, :, np.newaxis]).squeeze(2)


class CrossEntropyModule(Module):
    def forward(self, x, y):
        return float(np.mean(-np.log(x[np.arange(len(y)), y.argmax(axis=1)])))

    def backward(self, x, y):
        return np.negative(np.divide(y, x)) / len(y)
