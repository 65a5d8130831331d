from .base import Net


class ThreeLayerConvNet(Net):
    def __init__(self, input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100,
                 num_classes=10, weight_scale=1e-3, reg=0.0, dtype=np.float32):
        super().__init__(reg, dtype)
        C, H, W = input_dim
        self.add(1, (num_filters, C, filter_size, filter_size), weight_scale)
        self.add(2, (num_filters * H * W // 4, hidden_dim), weight_scale)
        self.add(3, (hidden_dim, num_classes), weight_scale)
        self.params = {k: np.asarray(v, dtype=dtype) for k, v in self.params.items()}
        self.pool_param = dict(pool_height=2, pool_width=2, stride=2)

    def forward(self, X, mode):
        p, conv_param = self.params, {'stride': 1, 'pad': (self.params['W1'].shape[-1] - 1) // 2}
        h, self.c1 = conv_forward_naive(X, p['W1'], p['b1'], conv_param)
        h, self.c2 = relu_forward(h)
        h, self.c3 = max_pool_forward_naive(h, self.pool_param)
        h, self.c4 = affine_relu_forward(h, p['W2'], p['b2'])
        scores, self.c5 = affine_forward(h, p['W3'], p['b3'])
        return scores

    def backward(self, dscores):
        g = {}
        d, g['W3'], g['b3'] = affine_backward(dscores, self.c5)
        d, g['W2'], g['b2'] = affine_relu_backward(d, self.c4)
        d = relu_backward(max_pool_backward_naive(d, self.c3), self.c2)
        _, g['W1'], g['b1'] = conv_backward_naive(d, self.c1)
        return g
