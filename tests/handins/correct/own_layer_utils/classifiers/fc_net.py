from ..layer_utils import *
from ..layer_utils import affine_bn_relu_backward, affine_bn_relu_forward

_Plain = FullyConnectedNet


class FullyConnectedNet(_Plain):
    def loss(self, X, y=None):
        if self.normalization != 'batchnorm' or self.use_dropout:
            return super().loss(X, y)
        h = X.astype(self.dtype)
        caches = []
        for i, bn_param in enumerate(self.bn_params, start=1):
            bn_param['mode'] = 'test' if y is None else 'train'
            args = [self.params[k + str(i)] for k in ('W', 'b', 'gamma', 'beta')]
            h, cache = affine_bn_relu_forward(h, *args, bn_param)
            caches.append(cache)
        L = str(self.num_layers)
        scores, cache = affine_forward(h, self.params['W' + L], self.params['b' + L])
        if y is None:
            return scores
        grads = {}
        loss, dh = softmax_loss(scores, y)
        dh, grads['W' + L], grads['b' + L] = affine_backward(dh, cache)
        for i in range(len(caches), 0, -1):
            dh, dw, db, dg, dbeta = affine_bn_relu_backward(dh, caches.pop())
            for key, value in zip(('W', 'b', 'gamma', 'beta'), (dw, db, dg, dbeta)):
                grads[key + str(i)] = value
        for i in range(1, self.num_layers + 1):
            W = self.params['W' + str(i)]
            loss += 0.5 * self.reg * np.sum(W ** 2)
            grads['W' + str(i)] += self.reg * W
        return loss, grads
