_Fast = ThreeLayerConvNet


class ThreeLayerConvNet(_Fast):
    def loss(self, X, y=None):
        W1, b1, W2, b2, W3, b3 = [self.params[k] for k in ('W1', 'b1', 'W2', 'b2', 'W3', 'b3')]
        conv_param = {'stride': 1, 'pad': (W1.shape[2] - 1) // 2}
        pool_param = {'pool_height': 2, 'pool_width': 2, 'stride': 2}
        conv, conv_cache = conv_forward_naive(X, W1, b1, conv_param)
        relu, relu_cache = relu_forward(conv)
        pool, pool_cache = max_pool_forward_naive(relu, pool_param)
        hidden, hidden_cache = affine_relu_forward(pool, W2, b2)
        scores, cache = affine_forward(hidden, W3, b3)
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        loss += 0.5 * self.reg * sum(np.sum(W * W) for W in (W1, W2, W3))
        g = {}
        d, g['W3'], g['b3'] = affine_backward(d, cache)
        d, g['W2'], g['b2'] = affine_relu_backward(d, hidden_cache)
        d = relu_backward(max_pool_backward_naive(d, pool_cache), relu_cache)
        _, g['W1'], g['b1'] = conv_backward_naive(d, conv_cache)
        for k, W in (('W1', W1), ('W2', W2), ('W3', W3)):
            g[k] = g[k] + self.reg * W
        return loss, g
