class MLP(object):
    def __init__(self, n_inputs, n_hidden, n_classes):
        sizes = [n_inputs] + n_hidden + [n_classes]
        self.modules = tuple(
            (f"fc{i + 1}", LinearModule(sizes[i], sizes[i + 1])) for i in range(len(sizes) - 1)
        )
        self.elus = [ELUModule() for _ in n_hidden]
        self.softmax = SoftMaxModule()
        self.params = {}
        for name, module in self.modules:
            for key in module.params:
                self.params[name + "_" + key] = module.params[key]
        self.grads = {}

    def forward(self, x):
        for i, (_, module) in enumerate(self.modules):
            x = module.forward(x)
            if i < len(self.elus):
                x = self.elus[i].forward(x)
        return self.softmax.forward(x)

    def backward(self, dout):
        dout = self.softmax.backward(dout)
        for i in range(len(self.modules) - 1, -1, -1):
            if i < len(self.elus):
                dout = self.elus[i].backward(dout)
            name, module = self.modules[i]
            dout = module.backward(dout)
            for key in module.grads:
                self.grads[name + "_" + key] = module.grads[key]
        return self.grads
