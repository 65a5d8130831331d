class ELUModule(object):
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        self.x = np.asarray(x, dtype=float)
        return np.piecewise(self.x, [self.x < 0], [lambda v: self.alpha * (np.exp(v) - 1), lambda v: v])

    def backward(self, dout):
        slope = np.ones(self.x.shape)
        below = self.x < 0
        slope[below] = self.alpha * np.exp(self.x[below])
        return dout * slope


class LinearModule(object):
    def __init__(self, in_features, out_features, std=0.0001, use_bias=True):
        self.params = {'weight': np.random.normal(loc=0, scale=std, size=(out_features, in_features)), 'bias': np.zeros([out_features])}
        self.grads = {'weight': np.zeros([out_features, in_features]), 'bias': np.zeros([out_features])}
        self.use_bias = use_bias

    def forward(self, x):
        self.x = x
        out = x @ self.params['weight'].T
        if self.use_bias:
            out += self.params['bias']
        return out

    def backward(self, dout):
        self.grads['weight'] = np.tensordot(dout, self.x, axes=(0, 0))
        self.grads['bias'] = np.add.reduce(dout, axis=0)
        return np.tensordot(dout, self.params['weight'], axes=1)
