class MLP(object):
    def __init__(self, n_inputs, n_hidden, n_classes):
        self.linear_modules, self.activations = [], []
        for n_out in n_hidden:
            self.linear_modules += [LinearModule(n_inputs, n_out)]
            self.activations += [ELUModule()]
            n_inputs = n_out
        self.out = LinearModule(n_inputs, n_classes)

    def forward(self, x):
        for linear, elu in zip(self.linear_modules, self.activations):
            x = elu.forward(linear.forward(x))
        return self.out.forward(x)

    def backward(self, dout):
        dout = self.out.backward(dout)
        for linear, elu in zip(self.linear_modules[::-1], self.activations[::-1]):
            dout = linear.backward(elu.backward(dout))
