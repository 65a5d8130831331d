class Activations:
    def relu(self, x, grad=False):
        out = np.array(x, dtype=float, copy=True)
        out[out < 0] = 0
        if grad:
            out[out > 0] = 1
        return out

    def activation(self, x, activation_str="", grad=False, **unused):
        chosen = activation_str if activation_str else self.activation_str
        return eval("self." + chosen)(x, grad=grad)


class NN(Activations, NN):
    def forward(self, input, training=True):
        Z1 = input.dot(self.weights["W1"]) + self.weights["b1"]
        A1 = self.activation(Z1)
        Z2 = A1.dot(self.weights["W2"]) + self.weights["b2"]
        A2 = self.activation(Z2)
        Z3 = A2.dot(self.weights["W3"]) + self.weights["b3"]
        self.cache = {"A0": input, "Z1": Z1, "Z2": Z2, "Z3": Z3, "A1": A1, "A2": A2}
        self.cache["A3"] = self.softmax(Z3)
        return self.cache

    def loss(self, prediction, labels):
        return sum(-np.log(p[np.argmax(y)]) for p, y in zip(prediction, labels)) / len(labels)

    def backward(self, labels):
        self.grads = super().backward(self.cache, labels)
