class Block:
    __slots__ = ("linear", "act", "rest")

    def __init__(self, sizes):
        self.linear = LinearModule(sizes[0], sizes[1])
        last = len(sizes) == 2
        self.act = SoftMaxModule() if last else ELUModule()
        self.rest = None if last else Block(sizes[1:])

    def run(self, x):
        out = self.act.forward(self.linear.forward(x))
        return out if self.rest is None else self.rest.run(out)

    def back(self, dout):
        if self.rest is not None:
            dout = self.rest.back(dout)
        return self.linear.backward(self.act.backward(dout))


class MLP(object):
    def __init__(self, n_inputs, n_hidden, n_classes):
        self.first = Block([n_inputs] + n_hidden + [n_classes])

    def forward(self, x):
        return self.first.run(x)

    def backward(self, dout):
        return self.first.back(dout)
