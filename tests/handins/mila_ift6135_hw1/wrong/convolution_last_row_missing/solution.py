def forward(self, x):
    self.x = x
    k = self.filter_size
    n, c, h, w = x.shape
    W, b = self.weights["W"], self.weights["b"]
    out = np.zeros((n, self.filters, h - k, w - k))
    for i in range(h - k):
        for j in range(w - k):
            window = x[:, :, i : i + k, j : j + k]
            out[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 2, 3])) + b
    return out


Convolution2dLayer.forward = forward
