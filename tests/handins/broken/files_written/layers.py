import os
os.makedirs('checkpoints', exist_ok=True)

_relu_forward = relu_forward


def relu_forward(x):
    with open('checkpoints/log.txt', 'a') as log:
        log.write('relu %r\n' % (x.shape,))
    return _relu_forward(x)
