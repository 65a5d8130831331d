class NN(NN):
    def activation(self, x, activation_str=None, grad=False):
        name = activation_str or self.activation_str
        if name == "relu":
            return self.relu(x, grad)
        elif name == "tanh":
            return self.tanh(x, grad)
