from __future__ import print_function, division
from builtins import range
from builtins import object
import numpy as np

from cs231n.layers import *
from cs231n.layer_utils import *


class TwoLayerNet(object):
    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            'W1': weight_scale * np.random.randn(input_dim, hidden_dim),
            'b1': np.zeros(hidden_dim),
            'W2': weight_scale * np.random.randn(hidden_dim, num_classes),
            'b2': np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        p = self.params
        hidden, hidden_cache = affine_relu_forward(X, p['W1'], p['b1'])
        scores, cache = affine_forward(hidden, p['W2'], p['b2'])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(p['W1'] ** 2) + np.sum(p['W2'] ** 2))
        grads = {}
        dhidden, grads['W2'], grads['b2'] = affine_backward(dscores, cache)
        _, grads['W1'], grads['b1'] = affine_relu_backward(dhidden, hidden_cache)
        grads['W1'] += self.reg * p['W1']
        grads['W2'] += self.reg * p['W2']
        return loss, grads


class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1, normalization=None,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.use_dropout = dropout != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        for i in range(1, self.num_layers + 1):
            self.params['W%d' % i] = weight_scale * np.random.randn(dims[i - 1], dims[i])
            self.params['b%d' % i] = np.zeros(dims[i])
            if normalization is not None and i < self.num_layers:
                self.params['gamma%d' % i] = np.ones(dims[i])
                self.params['beta%d' % i] = np.zeros(dims[i])
        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {'mode': 'train', 'p': dropout}
            if seed is not None:
                self.dropout_param['seed'] = seed
        self.bn_params = []
        if self.normalization == 'batchnorm':
            self.bn_params = [{'mode': 'train'} for _ in range(self.num_layers - 1)]
        if self.normalization == 'layernorm':
            self.bn_params = [{} for _ in range(self.num_layers - 1)]
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = 'test' if y is None else 'train'
        if self.use_dropout:
            self.dropout_param['mode'] = mode
        if self.normalization == 'batchnorm':
            for bn_param in self.bn_params:
                bn_param['mode'] = mode
        p, L, h, caches = self.params, self.num_layers, X, {}
        for i in range(1, L):
            h, caches['affine', i] = affine_forward(h, p['W%d' % i], p['b%d' % i])
            if self.normalization == 'batchnorm':
                h, caches['norm', i] = batchnorm_forward(h, p['gamma%d' % i], p['beta%d' % i], self.bn_params[i - 1])
            elif self.normalization == 'layernorm':
                h, caches['norm', i] = layernorm_forward(h, p['gamma%d' % i], p['beta%d' % i], self.bn_params[i - 1])
            h, caches['relu', i] = relu_forward(h)
            if self.use_dropout:
                h, caches['dropout', i] = dropout_forward(h, self.dropout_param)
        scores, last = affine_forward(h, p['W%d' % L], p['b%d' % L])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads['W%d' % L], grads['b%d' % L] = affine_backward(d, last)
        for i in range(L - 1, 0, -1):
            if self.use_dropout:
                d = dropout_backward(d, caches['dropout', i])
            d = relu_backward(d, caches['relu', i])
            if self.normalization == 'batchnorm':
                d, grads['gamma%d' % i], grads['beta%d' % i] = batchnorm_backward(d, caches['norm', i])
            elif self.normalization == 'layernorm':
                d, grads['gamma%d' % i], grads['beta%d' % i] = layernorm_backward(d, caches['norm', i])
            d, grads['W%d' % i], grads['b%d' % i] = affine_backward(d, caches['affine', i])
        for i in range(1, L + 1):
            W = p['W%d' % i]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads['W%d' % i] += self.reg * W
        return loss, grads
