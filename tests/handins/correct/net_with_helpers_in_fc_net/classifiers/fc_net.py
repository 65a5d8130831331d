from collections import OrderedDict


class FullyConnectedNet(FullyConnectedNet):
    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = 'test' if y is None else 'train'
        if self.use_dropout:
            self.dropout_param['mode'] = mode
        if self.normalization == 'batchnorm':
            for bn_param in self.bn_params:
                bn_param['mode'] = mode
        caches, a = [], X
        for i in range(self.num_layers - 1):
            n = str(i + 1)
            gamma, beta = self.params.get('gamma' + n), self.params.get('beta' + n)
            bn_param = self.bn_params[i] if self.bn_params else None
            a, cache = affine_norm_relu_drop_forward(
                a, self.params['W' + n], self.params['b' + n], gamma, beta, bn_param,
                self.normalization, self.dropout_param if self.use_dropout else None)
            caches.append(cache)
        n = str(self.num_layers)
        scores, cache = affine_forward(a, self.params['W' + n], self.params['b' + n])
        if mode == 'test':
            return scores
        grads = OrderedDict()
        loss, dscores = softmax_loss(scores, y)
        da, dW, grads['b' + n] = affine_backward(dscores, cache)
        grads['W' + n] = dW + self.reg * self.params['W' + n]
        for i in reversed(range(self.num_layers - 1)):
            n = str(i + 1)
            da, dW, db, dgamma, dbeta = affine_norm_relu_drop_backward(da, caches[i], self.normalization)
            grads['W' + n], grads['b' + n] = dW + self.reg * self.params['W' + n], db
            if self.normalization:
                grads['gamma' + n], grads['beta' + n] = dgamma, dbeta
        reg_loss = 0
        for name in self.params:
            if 'W' in name:
                reg_loss += np.sum(np.square(self.params[name]))
        return np.array(loss + 0.5 * self.reg * reg_loss), grads


def affine_norm_relu_drop_forward(x, w, b, gamma, beta, bn_param, normalization, dropout_param):
    out, fc_cache = affine_forward(x, w, b)
    norm_cache, drop_cache = None, None
    if normalization == 'batchnorm':
        out, norm_cache = batchnorm_forward(out, gamma, beta, bn_param)
    elif normalization == 'layernorm':
        out, norm_cache = layernorm_forward(out, gamma, beta, bn_param)
    out, relu_cache = relu_forward(out)
    if dropout_param is not None:
        out, drop_cache = dropout_forward(out, dropout_param)
    return out, (fc_cache, norm_cache, relu_cache, drop_cache)


def affine_norm_relu_drop_backward(dout, cache, normalization):
    fc_cache, norm_cache, relu_cache, drop_cache = cache
    dgamma, dbeta = None, None
    if drop_cache is not None:
        dout = dropout_backward(dout, drop_cache)
    dout = relu_backward(dout, relu_cache)
    if normalization == 'batchnorm':
        dout, dgamma, dbeta = batchnorm_backward(dout, norm_cache)
    elif normalization == 'layernorm':
        dout, dgamma, dbeta = layernorm_backward(dout, norm_cache)
    return affine_backward(dout, fc_cache) + (dgamma, dbeta) if type(fc_cache) is not list \
        else tuple(affine_backward(dout, fc_cache)) + (dgamma, dbeta)
