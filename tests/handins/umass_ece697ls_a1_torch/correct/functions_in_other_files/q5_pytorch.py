# whole file
from bare import *
from modules import *
