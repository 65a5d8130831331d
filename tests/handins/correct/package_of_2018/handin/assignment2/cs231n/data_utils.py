from __future__ import print_function
from builtins import range
from six.moves import cPickle as pickle
import numpy as np
import os
from scipy.misc import imread
import platform


def load_pickle(f):
    version = platform.python_version_tuple()
    return pickle.load(f, encoding='latin1') if version[0] == '3' else pickle.load(f)
