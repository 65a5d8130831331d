np.random.seed(1)
torch.manual_seed(1)
DEBUG = True


class MaxPooling2dLayer:
    def forward(self, x):
        raise NotImplementedError("first try")

    def backward(self, dout):
        pass


from plotting import show_filters, tiles


class MaxPooling2dLayer:
    def forward(self, x):
        if DEBUG:
            print("pooling", x.shape)
        self.parts = tiles(x)
        return np.max(self.parts, axis=0)

    def backward(self, dout):
        first = np.argmax(self.parts, axis=0)
        dx = np.zeros(dout.shape[:2] + (2 * dout.shape[2], 2 * dout.shape[3]))
        for part, (i, j) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
            dx[:, :, i::2, j::2] = dout * (first == part)
        return dx


pool = MaxPooling2dLayer()
x = np.random.randn(2, 64, 30, 30)
assert pool.forward(x).shape == (2, 64, 15, 15)
assert pool.backward(np.ones((2, 64, 15, 15))).sum() == 0, "not yet"
grid = [(a, i) for a in ("relu", "tanh") for i in ("xavier_uniform_", "kaiming_normal_")]
for a, i in grid:
    results = open("results_%s_%s.pkl" % (a, i), "rb").read()
