def relu_forward(x):
    return np.where(x > x.mean(), x, 0), x
