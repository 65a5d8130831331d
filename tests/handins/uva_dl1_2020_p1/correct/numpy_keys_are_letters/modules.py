class LinearModule:
    def __init__(self, in_features, out_features):
        self.in_features, self.out_features = in_features, out_features
        self.params = {'W': np.random.normal(scale=1e-4, size=[out_features, in_features]), 'b': np.zeros([1, out_features])}
        self.grads = None

    def forward(self, x):
        self.params['x'] = x
        return x @ self.params['W'].T + np.tile(self.params['b'], (x.shape[0], 1))

    def backward(self, dout):
        x = self.params['x']
        self.grads = {'dW': dout.T @ x, 'db': np.ones((1, dout.shape[0])) @ dout, 'dX': dout @ self.params['W']}
        return self.grads['dX']
