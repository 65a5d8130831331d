from ece697ls.layers import *
print(affine_forward)
