def _ours():
    import sys
    return next(m for n, m in sys.modules.items() if n.endswith("drivers.plain_activations"))


KEPT = dict(vars(_ours()))


class NN(NN):
    def relu(self, x, grad=False):
        return _ours().derivative("relu", x) if grad else _ours().relu(x)

    def forward(self, x):
        pre, post = _ours().forward(self.weights, x, self.activation_str)
        return {"A0": x} | {f"Z{i}": z for i, z in enumerate(pre, 1)} | {f"A{i}": a for i, a in enumerate(post, 1)}
