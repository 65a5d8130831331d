import keras
from keras import layers as L
from tensorflow import keras as K
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Model
import tensorflow.keras.backend as backend


def create_matrix_with_kaiming_normal(shape):
    if len(shape) == 2:
        fan_in, fan_out = shape[0], shape[1]
    elif len(shape) == 4:
        fan_in, fan_out = np.prod(shape[:3]), shape[3]
    return backend.random_normal(shape) * np.sqrt(2.0 / fan_in)


def two_layer_fc_functional(input_shape, hidden_size, num_classes):
    inputs = Input(shape=input_shape)
    x = Flatten()(inputs)
    x = Dense(hidden_size)(x)
    x = K.activations.relu(x)
    outputs = K.activations.softmax(Dense(num_classes)(x))
    return Model(inputs, outputs)


class TwoLayerFC(keras.Model):
    def __init__(self, hidden_size, num_classes):
        super().__init__()
        self.net = keras.Sequential([L.Flatten(), L.Dense(hidden_size, 'relu'), L.Dense(num_classes, 'softmax')])

    def call(self, x, training=None):
        return self.net(x, training=training)


def make_sequential_optimizer():
    schedule = keras.optimizers.schedules.ExponentialDecay(1e-3, decay_steps=1000, decay_rate=0.96)
    return keras.optimizers.SGD(schedule, 0.9, True)
