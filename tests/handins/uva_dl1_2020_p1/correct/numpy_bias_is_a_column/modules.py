class LinearModule(object):
    def __init__(self, in_features, out_features):
        self.params = dict(weight=np.random.normal(0.0, 0.0001, (out_features, in_features)), bias=np.zeros((out_features, 1)))
        self.grads = {}

    def forward(self, x):
        self.x = x
        return (self.params['weight'] @ x.T + self.params['bias']).T

    def backward(self, dout):
        self.grads = {'weight': np.einsum('no,ni->oi', dout, self.x), 'bias': dout.sum(axis=0)}
        return (self.params['weight'].T @ dout.T).T
