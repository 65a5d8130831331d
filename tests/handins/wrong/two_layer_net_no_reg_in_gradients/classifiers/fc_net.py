def loss(self, X, y=None):
    """Scores without y; loss and gradients with it."""
    W1, b1 = self.params["W1"], self.params["b1"]
    W2, b2 = self.params["W2"], self.params["b2"]
    hidden, hidden_cache = affine_relu_forward(X, W1, b1)
    scores, scores_cache = affine_forward(hidden, W2, b2)

    if y is None:
        return scores

    grads = {}
    loss, dscores = softmax_loss(scores, y)
    loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
    dhidden, grads["W2"], grads["b2"] = affine_backward(dscores, scores_cache)
    _, grads["W1"], grads["b1"] = affine_relu_backward(dhidden, hidden_cache)
    return loss, grads


TwoLayerNet.loss = loss
