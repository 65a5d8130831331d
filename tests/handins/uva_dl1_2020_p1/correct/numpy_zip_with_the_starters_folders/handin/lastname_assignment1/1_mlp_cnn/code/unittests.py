import unittest

import numpy as np
from modules import LinearModule


class TestShapes(unittest.TestCase):
    def test_linear(self):
        layer = LinearModule(3, 4)
        layer.forward(np.ones((2, 3)))
        self.assertEqual(layer.backward(np.ones((2, 4))).shape, (2, 3))


if __name__ == '__main__':
    unittest.main()
