class Convolution2dLayer:
    def __init__(self):
        self.initialize_weights()

    def initialize_weights(self):
        self.W = np.random.normal(0, 0.1, (9, 64))
        self.b = np.zeros((64, 1))
        self.dW = np.zeros_like(self.W)
        self.db = np.zeros_like(self.b)

    def forward(self, X):
        n, _, h, w = X.shape
        patches = [X[:, 0, p : h - 2 + p, q : w - 2 + q] for p in range(3) for q in range(3)]
        columns = np.stack(patches, axis=-1).reshape(n, (h - 2) * (w - 2), 9)
        out = (columns @ self.W + self.b.T).transpose(0, 2, 1).reshape(n, 64, h - 2, w - 2)
        return out, columns

    def backward(self, dZ, columns):
        flat = dZ.reshape(dZ.shape[0], 64, -1)
        self.dW = np.einsum("npk,nfp->kf", columns, flat)
        self.db = flat.sum(axis=(0, 2)).reshape(64, 1)


class MaxPooling2dLayer:
    def __init__(self, size=2, stride=2):
        self.size, self.stride = size, stride

    def forward(self, X):
        n, c, h, w = X.shape
        out = np.empty((n, c, h // 2, w // 2))
        self.where = np.empty(out.shape, dtype=int)
        self.shape = X.shape
        for index in np.ndindex(*out.shape):
            i, j = 2 * index[2], 2 * index[3]
            window = X[index[0], index[1], i : i + 2, j : j + 2]
            self.where[index] = window.argmax()
            out[index] = window.max()
        return out

    def backward(self, dZ):
        dX = np.zeros(self.shape)
        for index in np.ndindex(*dZ.shape):
            p, q = divmod(self.where[index], 2)
            dX[index[0], index[1], 2 * index[2] + p, 2 * index[3] + q] += dZ[index]
        return dX
