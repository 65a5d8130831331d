class TwoLayerNet(object):
    def __init__(self, input_dim=3*32*32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            'W1': weight_scale * np.random.randn(input_dim, hidden_dim), 'b1': np.zeros(hidden_dim),
            'W2': weight_scale * np.random.randn(hidden_dim, num_classes), 'b2': np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        p, grads = self.params, {}
        hidden, hidden_cache = affine_relu_forward(X, p['W1'], p['b1'])
        scores, scores_cache = affine_forward(hidden, p['W2'], p['b2'])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * np.sum(np.sum(p[name] ** 2) for name in ('W1', 'W2'))
        dhidden, grads['W2'], grads['b2'] = affine_backward(dscores, scores_cache)
        _, grads['W1'], grads['b1'] = affine_relu_backward(dhidden, hidden_cache)
        for name in ('W1', 'W2'):
            grads[name] += self.reg * p[name]
        return loss, grads
