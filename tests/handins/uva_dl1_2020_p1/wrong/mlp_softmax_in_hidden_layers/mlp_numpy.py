def _init(self, n_inputs, n_hidden, n_classes):
    self.layers = []
    sizes = [n_inputs] + list(n_hidden)
    for size_in, size_out in zip(sizes[:-1], sizes[1:]):
        self.layers.append(LinearModule(size_in, size_out))
        self.layers.append(SoftMaxModule())
    self.layers.append(LinearModule(sizes[-1], n_classes))
    self.layers.append(SoftMaxModule())


MLP.__init__ = _init
