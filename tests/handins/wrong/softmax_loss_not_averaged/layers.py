def softmax_loss(x, y):
    """Softmax loss and its gradient."""
    N = x.shape[0]
    scores = x - np.max(x, axis=1, keepdims=True)
    log_probs = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    loss = -np.sum(log_probs[np.arange(N), y])
    dx = np.exp(log_probs)
    dx[np.arange(N), y] -= 1
    return loss, dx
