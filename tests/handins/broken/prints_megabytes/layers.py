_relu_forward = relu_forward


def relu_forward(x):
    print('relu_forward got ' + ' '.join(['%.9f' % 0.5] * 100000))
    return _relu_forward(x)
