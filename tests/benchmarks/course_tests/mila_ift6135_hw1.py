"""The homework in the style that its text asks for: differences of the loss, PyTorch's layers."""

import unittest

import numpy as np
import torch
from differences import numeric_gradient, relative_error
from solution import NN, Convolution2dLayer, MaxPooling2dLayer, ResNet18

CHECKED = 200  # elements of each layer's weights


class TestNetwork(unittest.TestCase):
    def test_gradients_by_differences_of_the_loss(self):
        rng = np.random.default_rng(0)
        for activation in ("relu", "tanh", "sigmoid"):
            net = NN(activation=activation)
            net.initialize_weights()
            x, labels = rng.normal(size=(5, 784)), np.eye(10)[rng.integers(10, size=5)]
            grads = net.backward(net.forward(x), labels)
            for number in (1, 2, 3):
                weights = net.weights[f"W{number}"]
                rows = CHECKED // weights.shape[1] + 1
                part = weights[:rows]
                numeric = numeric_gradient(lambda _, net=net, x=x, y=labels: _loss(net, x, y), part)
                assert np.max(np.abs(grads[f"dW{number}"][:rows] - numeric)) < 1e-5


def _loss(net, x, labels):
    cache = net.forward(x)
    last = max(key for key in cache if key.startswith("A"))
    return net.loss(cache[last], labels)


class TestLayers(unittest.TestCase):
    def test_convolution(self):
        rng = np.random.default_rng(0)
        x = rng.normal(size=(2, 1, 12, 12))
        layer = Convolution2dLayer(8, 3)
        layer.initialize_weights()
        out = layer.forward(x)
        weights, bias = (torch.as_tensor(layer.weights[name]) for name in ("W", "b"))
        expected = torch.nn.functional.conv2d(torch.as_tensor(x), weights, bias.reshape(-1))
        np.testing.assert_allclose(out, expected.numpy(), atol=1e-10)
        dout = rng.normal(size=out.shape)
        numeric = numeric_gradient(lambda _: layer.forward(x), layer.weights["W"], dout)
        layer.forward(x)
        assert relative_error(layer.backward(dout)["dW"], numeric) < 1e-5

    def test_pooling(self):
        rng = np.random.default_rng(0)
        x = rng.normal(size=(2, 3, 8, 8))
        layer = MaxPooling2dLayer()
        expected = torch.nn.functional.max_pool2d(torch.as_tensor(x), 2)
        out = layer.forward(x)
        np.testing.assert_allclose(out, expected.numpy())
        dout = rng.normal(size=out.shape)
        numeric = numeric_gradient(layer.forward, x, dout)
        layer.forward(x)
        assert np.max(np.abs(layer.backward(dout) - numeric)) < 1e-6


class TestResNet(unittest.TestCase):
    def test_shape_and_size(self):
        net = ResNet18(num_classes=10)
        assert net(torch.randn(2, 3, 32, 32)).shape == (2, 10)
        count = sum(each.numel() for each in net.parameters())
        assert abs(count - 11_173_962) < 1_000_000


if __name__ == "__main__":
    unittest.main()
