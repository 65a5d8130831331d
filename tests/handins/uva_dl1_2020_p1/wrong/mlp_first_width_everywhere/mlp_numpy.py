def _init(self, n_inputs, n_hidden, n_classes):
    self.layers = []
    sizes = [n_inputs] + [n_hidden[0]] * len(n_hidden) if n_hidden else [n_inputs]
    for size_in, size_out in zip(sizes[:-1], sizes[1:]):
        self.layers.append(LinearModule(size_in, size_out))
        self.layers.append(ELUModule())
    self.layers.append(LinearModule(sizes[-1], n_classes))
    self.layers.append(SoftMaxModule())


MLP.__init__ = _init
