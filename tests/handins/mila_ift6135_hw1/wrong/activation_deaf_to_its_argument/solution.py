def activation(self, x, activation_str=None, grad=False):
    return getattr(self, self.activation_str)(x, grad)


NN.activation = activation
