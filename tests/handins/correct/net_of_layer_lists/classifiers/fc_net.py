class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, dropout=1, normalization=None,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization, self.use_dropout, self.reg = normalization, dropout != 1, reg
        self.num_layers, self.dtype, self.params = 1 + len(hidden_dims), dtype, {}
        self.dropout_param = {'mode': 'train', 'p': dropout} if self.use_dropout else {}
        if self.use_dropout and seed is not None:
            self.dropout_param['seed'] = seed
        self.bn_params = [{'mode': 'train'} for _ in hidden_dims] if normalization else []
        self.layers = []          # (names of parameters, forward, backward)
        sizes = [input_dim, *hidden_dims, num_classes]
        for i, (m, n) in enumerate(zip(sizes[:-1], sizes[1:]), 1):
            W, b, g, be = ('%s%d' % (k, i) for k in ('W', 'b', 'gamma', 'beta'))
            self.params[W] = np.random.normal(loc=0.0, scale=weight_scale, size=(m, n))
            self.params[b] = np.zeros(n)
            self.layers.append(((W, b), affine_forward, affine_backward))
            if i == self.num_layers:
                break
            if normalization:
                self.params[g], self.params[be] = np.ones(n), np.zeros(n)
                forward, backward = {'batchnorm': (batchnorm_forward, batchnorm_backward_alt),
                                     'layernorm': (layernorm_forward, layernorm_backward)}[normalization]
                bn_param = self.bn_params[i - 1]
                self.layers.append(((g, be), lambda x, g, b, f=forward, q=bn_param: f(x, g, b, q), backward))
            self.layers.append(((), relu_forward, lambda d, c: (relu_backward(d, c),)))
            if self.use_dropout:
                self.layers.append(((), lambda x: dropout_forward(x, self.dropout_param),
                                    lambda d, c: (dropout_backward(d, c),)))
        self.params = {k: v.astype(dtype) for k, v in self.params.items()}

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        for param in [self.dropout_param] + self.bn_params:
            param['mode'] = 'test' if y is None else 'train'
        caches = []
        for names, forward, _ in self.layers:
            X, cache = forward(X, *[self.params[n] for n in names])
            caches.append(cache)
        if y is None:
            return X
        loss, d = softmax_loss(X, y)
        grads = {}
        for (names, _, backward), cache in zip(reversed(self.layers), reversed(caches)):
            d, *rest = backward(d, cache)
            grads.update(zip(names, rest))
        for name, value in self.params.items():
            if name[0] == 'W':
                loss += self.reg / 2 * (value ** 2).sum()
                grads[name] = grads[name] + self.reg * value
        return loss, grads
