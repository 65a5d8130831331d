class Convolution2dLayer:
    def __init__(self, filters=64, filter_size=3, seed=None):
        self.filters = filters; self.filter_size = filter_size
        self.initialize_weights()
    def initialize_weights(self):
        self.weights = [np.random.randn(3, 3) / 3 for _ in range(64)]
        self.biases = [0.0 for _ in range(64)]
    def forward(self, x):
        self.x = x
        n = x.shape[0]
        out = np.zeros((n, 64, 30, 30))
        for m in range(n):
            for f in range(64):
                w = self.weights[f]
                for a in range(3):
                    for b in range(3):
                        out[m, f] += w[a, b] * x[m, 0, a:a+30, b:b+30]
                out[m, f] += self.biases[f]
        return out
    def backward(self, dout):
        dW = [np.zeros((3, 3)) for _ in range(64)]
        for f in range(64):
            for a in range(3):
                for b in range(3):
                    dW[f][a, b] = np.sum(dout[:, f] * self.x[:, 0, a:a+30, b:b+30])
        db = [dout[:, f].sum() for f in range(64)]
        return dW, db
