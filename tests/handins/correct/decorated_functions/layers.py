_affine_forward, _batchnorm_forward = affine_forward, batchnorm_forward


def affine_forward(x, w, b):
    print('x', x.shape, 'w', w.shape, 'b', b.shape, flush=True)
    out, cache = _affine_forward(x, w, b)
    print(out, file=__import__('sys').stderr)
    return out, cache


def batchnorm_forward(x, gamma, beta, bn_param):
    print("mode:", bn_param['mode'], end='\r')
    import logging, warnings
    logging.warning('batchnorm %s', x.shape)
    warnings.warn('this is slow')
    return _batchnorm_forward(x, gamma, beta, bn_param)


import functools
import time

try:
    from numba import jit, njit
except ImportError:
    def jit(*args, **kwargs):
        return (lambda f: f) if kwargs or not args else args[0]
    njit = jit

timings = {}


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.time()
        try:
            return function(*args, **kwargs)
        finally:
            timings[function.__name__] = timings.get(function.__name__, 0) + time.time() - start
    return wrapper


affine_forward = timed(affine_forward)
conv_forward_naive = timed(conv_forward_naive)


@timed
@njit(parallel=True)
def relu_forward(x):
    return np.maximum(x, 0), x


@jit
def relu_backward(dout, cache):
    return (cache > 0) * dout


class _MaxPool:
    def __init__(self, reduce):
        self.reduce = reduce

    def __call__(self, x, pool_param):
        ph, pw, s = (pool_param[k] for k in ['pool_height', 'pool_width', 'stride'])
        windows = np.lib.stride_tricks.sliding_window_view(x, (ph, pw), axis=(2, 3))[:, :, ::s, ::s]
        return self.reduce(windows, axis=(4, 5)), (x, pool_param)


max_pool_forward_naive = _MaxPool(np.max)
batchnorm_backward_alt = functools.partial(batchnorm_backward)
