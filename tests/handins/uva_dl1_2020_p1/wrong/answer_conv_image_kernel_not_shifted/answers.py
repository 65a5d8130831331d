def conv_grad_X12(dY, K):
    return dY[0, 0] * K[0, 0] + dY[0, 1] * K[0, 1]
