from __future__ import print_function, division
from future import standard_library
standard_library.install_aliases()
from builtins import range
from builtins import object
import os
import pickle as pickle

import numpy as np

from cs231n import optim


class Solver(object):
    """Runs updates until it is told to stop; rewritten for a shorter log."""

    def __init__(self, model, data, **kwargs):
        self.model, self.data = model, data
        self.rule = getattr(optim, kwargs.pop('update_rule', 'sgd'))
        self.config = kwargs.pop('optim_config', {})
        self.steps = kwargs.pop('num_epochs', 10)

    def train(self):
        configs = dict((p, dict(self.config)) for p in self.model.params)
        for t in range(self.steps):
            loss, grads = self.model.loss(self.data['X_train'], self.data['y_train'])
            print('step %d: %f' % (t, loss))
            for p in self.model.params:
                self.model.params[p], configs[p] = self.rule(self.model.params[p], grads[p], configs[p])
