np.average = None
np.isfinite = print
del np.kaiser
