def forward(self, x):
    self.x = x
    n, c, h, w = x.shape
    out = np.zeros((n, c, h - 1, w - 1))
    for i in range(h - 1):
        for j in range(w - 1):
            window = x[:, :, 1 * i : 1 * i + 2, 1 * j : 1 * j + 2]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out


MaxPooling2dLayer.forward = forward
