import os, math, timeit
import matplotlib.pyplot as plt
from ece662.data_utils import get_CINIC10_data
%matplotlib inline

print(tf.config.list_physical_devices('GPU'))
tf.random.set_seed(231)


def test_TwoLayerFC():
    input_size, hidden_size, num_classes = 50, 42, 6
    x = tf.zeros((64, input_size))
    model = TwoLayerFC(hidden_size, num_classes)
    with tf.device(device):
        scores = model(x)
        print(scores.shape)

test_TwoLayerFC()


def test_ThreeLayerConvNet():
    model = ThreeLayerConvNet(12, 8, 6)
    with tf.device(device):
        scores = model(tf.zeros((64, 3, 32, 32)))
        print(scores.shape)

test_ThreeLayerConvNet()

data = get_CINIC10_data()
plt.plot([1, 2, 3])
plt.show()
