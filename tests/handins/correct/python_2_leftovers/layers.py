from builtins import range
from past.builtins import xrange
from future import standard_library
standard_library.install_aliases()
from six.moves import cPickle as pickle
import six


def conv_forward_naive(x, w, b, conv_param):
    stride = conv_param['stride']; pad = conv_param['pad'];
    N, C, H, W = x.shape; F, _, HH, WW = w.shape;
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant');
    oh, ow = 1 + (H + 2 * pad - HH) // stride, 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, oh, ow))
    for i in xrange(N):
        for k in xrange(F):
            for r in six.moves.xrange(oh):
                for c in six.moves.range(ow):
                    out[i, k, r, c] = np.sum(xp[i, :, r*stride:r*stride+HH, c*stride:c*stride+WW] * w[k]) + b[k];
    return out, (x, w, b, conv_param)
