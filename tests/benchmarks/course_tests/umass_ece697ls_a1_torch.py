"""The notebook's own cells: shapes of the outputs, one epoch over a few batches, fractions."""

import unittest

import q5_pytorch as q5
import torch
from q6_pruning import prune_structured, prune_unstructured


def batches(count):
    return [(torch.randn(16, 3, 32, 32), torch.randint(6, (16,))) for _ in range(count)]


class TestQ5(unittest.TestCase):
    def setUp(self):
        q5.loader_train, q5.loader_val = batches(4), batches(2)

    def test_two_layer_fc(self):
        params = [torch.zeros((50, 42)), torch.zeros((42, 6))]
        assert q5.two_layer_fc(torch.zeros((64, 50)), params).size() == (64, 6)

    def test_three_layer_convnet(self):
        shapes = [(6, 3, 5, 5), (6,), (9, 6, 3, 3), (9,), (9 * 32 * 32, 6), (6,)]
        scores = q5.three_layer_convnet(torch.zeros((64, 3, 32, 32)), [*map(torch.zeros, shapes)])
        assert scores.size() == (64, 6)

    def test_training_by_hand(self):
        params = [q5.random_weight((3 * 32 * 32, 40)), q5.random_weight((40, 6))]
        q5.train_part2(q5.two_layer_fc, params, 1e-3)

    def test_module_api(self):
        model = q5.ThreeLayerConvNet(3, 12, 8, 6)
        assert model(torch.zeros((64, 3, 32, 32))).size() == (64, 6)
        q5.train_part34(model, torch.optim.SGD(model.parameters(), lr=1e-3))

    def test_sequential_api(self):
        model = q5.make_sequential_convnet()
        q5.train_part34(model, torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9))


class TestQ6(unittest.TestCase):
    def test_fractions(self):
        for tenths in range(1, 9):
            model = q5.ThreeLayerConvNet(3, 12, 8, 6)
            made = prune_unstructured(model, tenths / 10) or model
            weights = torch.cat([w.detach().ravel() for w in made.parameters() if w.dim() > 1])
            assert abs(float((weights == 0).float().mean()) - tenths / 10) < 0.005

    def test_filters(self):
        made = prune_structured(model := q5.ThreeLayerConvNet(3, 12, 8, 6), 0.5) or model
        filters = made.conv1.weight.detach().abs().sum(dim=(1, 2, 3))
        assert int((filters == 0).sum()) == 6


if __name__ == "__main__":
    unittest.main()
