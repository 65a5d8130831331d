def activation(self, x, activation_str=None, grad=False):
    name = activation_str or self.activation_str
    return {"relu": self.relu, "tanh": self.tanh, "sigmoid": self.sigmoid}[name](x)


NN.activation = activation
