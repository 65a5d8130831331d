_Fast = ThreeLayerConvNet


class ThreeLayerConvNet(_Fast):
    def loss(self, X, y=None):
        W1, b1, W2, b2, W3, b3 = [self.params[k] for k in ('W1', 'b1', 'W2', 'b2', 'W3', 'b3')]
        conv_param = {'stride': 1, 'pad': int((W1.shape[2] - 1) / 2)}
        pool_param = {'pool_height': 2, 'pool_width': 2, 'stride': 2}
        conv, conv_cache = conv_forward_naive(X, W1, b1, conv_param)
        relu1, relu1_cache = relu_forward(conv)
        pool, pool_cache = max_pool_forward_naive(relu1, pool_param)
        flat = pool.reshape(X.shape[0], -1)
        fc1, fc1_cache = affine_forward(flat, W2, b2)
        relu2, relu2_cache = relu_forward(fc1)
        scores, fc2_cache = affine_forward(relu2, W3, b3)
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        loss += self.reg * .5 * (np.sum(W1 ** 2) + np.sum(W2 ** 2) + np.sum(W3 ** 2))
        drelu2, dW3, db3 = affine_backward(dscores, fc2_cache)
        dflat, dW2, db2 = affine_backward(relu_backward(drelu2, relu2_cache), fc1_cache)
        drelu1 = max_pool_backward_naive(dflat.reshape(pool.shape), pool_cache)
        dX, dW1, db1 = conv_backward_naive(relu_backward(drelu1, relu1_cache), conv_cache)
        return loss, {'W1': dW1 + self.reg * W1, 'W2': dW2 + self.reg * W2, 'W3': dW3 + self.reg * W3,
                      'b1': db1, 'b2': db2, 'b3': db3}
