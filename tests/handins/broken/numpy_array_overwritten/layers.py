np.array = None
