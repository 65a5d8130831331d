class MLP(Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        self.net = {}
        widths = [n_inputs, *n_hidden, n_classes]
        for i, pair in enumerate(zip(widths, widths[1:])):
            self.net[f"linear{i}"] = LinearModule(*pair)
            self.net[f"activation{i}"] = ELUModule()
        self.net[f"activation{len(widths) - 2}"] = SoftMaxModule()

    def forward(self, x):
        for module in self.net.values():
            x = module(x)
        return x

    def backward(self, dout):
        for name in reversed(list(self.net)):
            dout = self.net[name].backward(dout)
        return dout
