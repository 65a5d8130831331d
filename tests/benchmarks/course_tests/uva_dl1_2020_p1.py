"""The practical in the style of its own unit tests: differences by every element, gradcheck."""

import unittest

import numpy as np
import torch
from convnet_pytorch import ConvNet
from custom_layernorm import CustomLayerNormAutograd, CustomLayerNormManualFunction
from differences import numeric_gradient, relative_error
from mlp_numpy import MLP
from modules import CrossEntropyModule, ELUModule, LinearModule, SoftMaxModule

ROUNDS = 10


class TestModules(unittest.TestCase):
    def layer(self, make, tolerance=1e-6):
        for seed in range(ROUNDS):
            rng = np.random.default_rng(seed)
            layer, x = make(), rng.normal(size=(4, 12))
            dout = rng.normal(size=layer.forward(x).shape)
            dx = layer.backward(dout)
            assert relative_error(dx, numeric_gradient(layer.forward, x, dout)) < tolerance

    def test_linear(self):
        self.layer(lambda: LinearModule(12, 7))

    def test_elu(self):
        self.layer(ELUModule)

    def test_softmax(self):
        self.layer(SoftMaxModule, 1e-5)

    def test_linear_parameters(self):
        for seed in range(ROUNDS):
            rng = np.random.default_rng(seed)
            layer, x = LinearModule(12, 7), rng.normal(size=(4, 12))
            dout = rng.normal(size=layer.forward(x).shape)
            layer.backward(dout)
            for name, value in layer.params.items():
                numeric = numeric_gradient(
                    lambda _, x=x, layer=layer: layer.forward(x), value, dout
                )
                assert relative_error(layer.grads[name], numeric) < 1e-6

    def test_cross_entropy(self):
        for seed in range(ROUNDS):
            rng = np.random.default_rng(seed)
            x = rng.dirichlet(np.ones(10), size=6)
            y = np.eye(10)[rng.integers(10, size=6)]
            loss = CrossEntropyModule()
            numeric = numeric_gradient(lambda p, y=y, loss=loss: loss.forward(p, y), x, h=1e-7)
            assert np.max(np.abs(loss.backward(x, y) - numeric)) < 0.01

    def test_network(self):
        rng = np.random.default_rng(0)
        net, x = MLP(12, [9, 5], 4), rng.normal(size=(6, 12))
        for layer in (each for each in net.__dict__.values() if isinstance(each, list)):
            for module in layer:
                if hasattr(module, "params"):
                    module.params["weight"] *= 5000
        dout = rng.normal(size=net.forward(x).shape)
        net.backward(dout)


class TestLayerNorm(unittest.TestCase):
    def test_automatic(self):
        x = 4 * torch.randn(16, 32) - 2
        found = CustomLayerNormAutograd(32)(x)
        torch.testing.assert_close(found, torch.nn.functional.layer_norm(x, (32,)))

    def test_manual(self):
        gamma = torch.sqrt(torch.arange(13, dtype=torch.float64)).requires_grad_()
        beta = torch.arange(13, dtype=torch.float64).requires_grad_()
        x = torch.rand(8, 13, dtype=torch.float64, requires_grad=True)
        torch.autograd.gradcheck(CustomLayerNormManualFunction.apply, (x, gamma, beta))


class TestConvNet(unittest.TestCase):
    def test_shape(self):
        assert ConvNet(3, 10)(torch.randn(2, 3, 32, 32)).shape == (2, 10)


if __name__ == "__main__":
    unittest.main()
