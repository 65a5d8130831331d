def _forward(self, x, y):
    loss = 0.0
    for p, t in zip(x, y):
        loss -= np.dot(t, np.log(p))
    return loss / len(x)


CrossEntropyModule.forward = _forward
