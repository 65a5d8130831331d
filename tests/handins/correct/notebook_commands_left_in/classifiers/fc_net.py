# whole file
import numpy as np
%matplotlib inline
from ..layers import *
from ..layer_utils import *


class TwoLayerNet(object):
    pass
