class LinearModule(object):
    def __init__(self, in_features, out_features):
        self.params = {'weight': np.random.randn(in_features, out_features) * 0.0001, 'bias': np.zeros(out_features)}
        self.grads = {'weight': np.zeros((in_features, out_features)), 'bias': np.zeros(out_features)}

    def forward(self, x):
        self.input = x
        return np.dot(x, self.params['weight']) + self.params['bias']

    def backward(self, dout):
        self.grads['weight'] = np.dot(self.input.T, dout)
        self.grads['bias'] = np.sum(dout, 0)
        return np.dot(dout, self.params['weight'].T)
