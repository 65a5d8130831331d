def backward(self, dout):
    dx = np.zeros(self.x.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            window = self.x[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
            mask = window == window.max(axis=(2, 3), keepdims=True)
            d = dout[:, :, i, j][:, :, None, None]
            dx[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2] = d
    return dx


MaxPooling2dLayer.backward = backward
