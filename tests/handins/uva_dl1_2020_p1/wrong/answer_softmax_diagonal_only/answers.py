def softmax_grad_X(dY, Y):
    return dY * Y * (1 - Y)
