class FullyConnectedNet(FullyConnectedNet):
    def __init__(self, hidden_dims, *args, **kwargs):
        super(FullyConnectedNet, self).__init__(hidden_dims, *args, **kwargs)
        scale = kwargs.get('weight_scale', 1e-2)
        rng = np.random.default_rng(1234)
        for name in self.params:
            if name.startswith('W'):
                self.params[name] = rng.normal(0, scale, self.params[name].shape).astype(self.dtype)

    def _descend(self, h, y, i, grads):
        """Returns (loss, dh), or (scores, None) when there are no labels."""
        W, b = self.params['W%d' % i], self.params['b%d' % i]
        out, fc = affine_forward(h, W, b)
        if i == self.num_layers:
            if y is None:
                return out, None
            loss, dout = softmax_loss(out, y)
        else:
            norm = drop = None
            if self.normalization:
                f = batchnorm_forward if self.normalization == 'batchnorm' else layernorm_forward
                out, norm = f(out, self.params['gamma%d' % i], self.params['beta%d' % i], self.bn_params[i - 1])
            out, relu = relu_forward(out)
            if self.use_dropout:
                out, drop = dropout_forward(out, self.dropout_param)
            loss, dout = self._descend(out, y, i + 1, grads)
            if y is None:
                return loss, None
            if self.use_dropout:
                dout = dropout_backward(dout, drop)
            dout = relu_backward(dout, relu)
            if self.normalization:
                f = batchnorm_backward if self.normalization == 'batchnorm' else layernorm_backward
                dout, grads['gamma%d' % i], grads['beta%d' % i] = f(dout, norm)
        dh, dW, db = affine_backward(dout, fc)
        grads['W%d' % i], grads['b%d' % i] = dW + self.reg * W, db
        return loss + 0.5 * self.reg * np.linalg.norm(W) ** 2, dh

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        if self.use_dropout:
            self.dropout_param['mode'] = 'train' if y is not None else 'test'
        for bn_param in self.bn_params:
            bn_param['mode'] = 'train' if y is not None else 'test'
        grads = {}
        result, _ = self._descend(X, y, 1, grads)
        return result if y is None else (result, grads)
