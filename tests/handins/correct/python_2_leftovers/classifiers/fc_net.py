from past.builtins import xrange
from future.utils import iteritems
from six.moves import zip as izip
import six


class FullyConnectedNet(FullyConnectedNet):
    def loss(self, X, y=None):
        result = super(FullyConnectedNet, self).loss(X, y)
        for (k, v), i in izip(iteritems(self.params), xrange(10 ** 6)):
            assert isinstance(k, six.string_types)
        return result
