_Full = FullyConnectedNet


class FullyConnectedNet(_Full):
    def __init__(self, hidden_dims, **kwargs):
        self.options = dict(kwargs)
        super().__init__(hidden_dims, **kwargs)
        self.hidden_dims = tuple(hidden_dims)
