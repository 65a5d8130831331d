from numpy.lib.arraypad import pad
from numpy.core.fromnumeric import sum
