def loss(self, prediction, labels):
    p = np.clip(prediction, 1e-12, 1 - 1e-12)
    return np.sum((labels - p) ** 2) / len(p)


NN.loss = loss
