class ConvLayer:
    def __init__(self, input_shape, num_filters=64, kernel_size=3):
        self.k, self.f = kernel_size, num_filters

    def initialize_weights(self):
        self.kernels = np.random.randn(self.k, self.k, 1, self.f) * np.sqrt(2 / 9)

    def forward(self, inp):
        self.padded = np.pad(inp, ((0, 0), (0, 0), (1, 1), (1, 1)))
        n, _, h, w = inp.shape
        out = np.zeros((n, self.f, h, w))
        for p in range(3):
            for q in range(3):
                part = self.padded[:, 0, p : p + h, q : q + w]
                out += part[:, None] * self.kernels[p, q, 0][None, :, None, None]
        return out

    def backward(self, grad_output):
        n, f, h, w = grad_output.shape
        d_kernels = np.zeros_like(self.kernels)
        for p in range(3):
            for q in range(3):
                part = self.padded[:, 0, p : p + h, q : q + w]
                d_kernels[p, q, 0] = np.einsum("nij,nfij->f", part, grad_output)
        return d_kernels


class PoolLayer:
    def forward(self, inp):
        n, c, h, w = inp.shape
        self.tiles = inp.reshape(n, c, h // 2, 2, w // 2, 2)
        return self.tiles.max(axis=(3, 5))

    def backward(self, grad_output):
        top = self.tiles.max(axis=(3, 5), keepdims=True)
        mask = self.tiles == top
        share = mask / mask.sum(axis=(3, 5), keepdims=True)
        n, c, h, _, w, _ = self.tiles.shape
        return (share * grad_output[:, :, :, None, :, None]).reshape(n, c, 2 * h, 2 * w)


del Convolution2dLayer, MaxPooling2dLayer
