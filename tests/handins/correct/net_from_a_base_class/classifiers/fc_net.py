from .base import Net


class TwoLayerNet(Net):
    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        super().__init__(reg, np.float64)
        self.input_dim, self.hidden_dim, self.num_classes = input_dim, hidden_dim, num_classes
        self.add(1, (input_dim, hidden_dim), weight_scale)
        self.add(2, (hidden_dim, num_classes), weight_scale)

    def forward(self, X, mode):
        h, self.c1 = affine_forward(X, self.params['W1'], self.params['b1'])
        h, self.c2 = relu_forward(h)
        scores, self.c3 = affine_forward(h, self.params['W2'], self.params['b2'])
        return scores

    def backward(self, dscores):
        dh, dW2, db2 = affine_backward(dscores, self.c3)
        _, dW1, db1 = affine_backward(relu_backward(dh, self.c2), self.c1)
        return dict(W1=dW1, b1=db1, W2=dW2, b2=db2)
