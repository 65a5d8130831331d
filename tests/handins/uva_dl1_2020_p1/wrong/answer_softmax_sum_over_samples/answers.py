def softmax_grad_X(dY, Y):
    return Y * (dY - np.sum(dY * Y, axis=0, keepdims=True))
