from cs231n.layers import *
