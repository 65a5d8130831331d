import builtins
import decimal
import faulthandler
import gc
import random
import sys
import warnings

np.seterr(all="raise")
np.set_printoptions(precision=1, threshold=0)
np.random.seed(3)
random.seed(3)
warnings.simplefilter("error")
sys.setrecursionlimit(200)
sys.setswitchinterval(10)
gc.disable()
faulthandler.disable()
decimal.getcontext().prec = 1
builtins.PASSED = True
