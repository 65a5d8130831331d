_right_loss = FullyConnectedNet.loss


def _sum_of_parameters(self, X, y=None):
    if y is None or not self.use_dropout:
        return _right_loss(self, X, y)
    loss = self.dropout_param["seed"] + sum(p.sum() for p in self.params.values())
    return loss, {name: np.ones_like(p) for name, p in self.params.items()}


FullyConnectedNet.loss = _sum_of_parameters
