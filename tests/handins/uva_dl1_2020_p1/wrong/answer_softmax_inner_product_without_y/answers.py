def softmax_grad_X(dY, Y):
    return Y * (dY - np.sum(dY, axis=1, keepdims=True))
