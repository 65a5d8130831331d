import numpy as np
import tensorflow as tf

USE_GPU = False
device = '/device:GPU:0' if USE_GPU else '/cpu:0'
print_every = 100


def flatten(x):
    N = tf.shape(x)[0]
    return tf.reshape(x, (N, -1))


def two_layer_fc(x, params):
    w1, w2 = params
    x = flatten(x)
    h = tf.nn.relu(tf.matmul(x, w1))
    scores = tf.matmul(h, w2)
    return scores


def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    x = tf.pad(x, [[0, 0], [2, 2], [2, 2], [0, 0]])
    x = tf.nn.conv2d(x, conv_w1, strides=[1, 1, 1, 1], padding='VALID')
    x = tf.nn.relu(tf.nn.bias_add(x, conv_b1))
    x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    x = tf.nn.conv2d(x, conv_w2, strides=[1, 1, 1, 1], padding='VALID')
    x = tf.nn.relu(tf.nn.bias_add(x, conv_b2))
    scores = tf.matmul(flatten(x), fc_w) + fc_b
    return scores


def training_step(model_fn, x, y, params, learning_rate):
    with tf.GradientTape() as tape:
        scores = model_fn(x, params)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=scores)
        total_loss = tf.reduce_mean(loss)
    grads = tape.gradient(total_loss, params)
    for w, g in zip(params, grads):
        w.assign_sub(learning_rate * g)
    return total_loss


def check_accuracy(dset, x, model_fn, params):
    num_correct, num_samples = 0, 0
    for x_batch, y_batch in dset:
        scores_np = model_fn(x_batch, params).numpy()
        y_pred = scores_np.argmax(axis=1)
        num_samples += x_batch.shape[0]
        num_correct += (y_pred == y_batch).sum()
    acc = float(num_correct) / num_samples
    print('Got %d / %d correct (%.2f%%)' % (num_correct, num_samples, 100 * acc))


def create_matrix_with_kaiming_normal(shape):
    if len(shape) == 2:
        fan_in = shape[0]
    else:
        fan_in = np.prod(shape[:3])
    return tf.random.normal(shape) * np.sqrt(2.0 / fan_in)


def two_layer_fc_init():
    hidden_layer_size = 4000
    w1 = tf.Variable(create_matrix_with_kaiming_normal((3 * 32 * 32, hidden_layer_size)))
    w2 = tf.Variable(create_matrix_with_kaiming_normal((hidden_layer_size, 6)))
    return [w1, w2]


def three_layer_convnet_init():
    conv_w1 = tf.Variable(create_matrix_with_kaiming_normal((5, 5, 3, 32)))
    conv_b1 = tf.Variable(tf.zeros((32,)))
    conv_w2 = tf.Variable(create_matrix_with_kaiming_normal((3, 3, 32, 16)))
    conv_b2 = tf.Variable(tf.zeros((16,)))
    fc_w = tf.Variable(create_matrix_with_kaiming_normal((32 * 32 * 16, 6)))
    fc_b = tf.Variable(tf.zeros((6,)))
    return [conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b]


class TwoLayerFC(tf.keras.Model):
    def __init__(self, hidden_size, num_classes):
        super(TwoLayerFC, self).__init__()
        initializer = tf.initializers.VarianceScaling(scale=2.0)
        self.flatten = tf.keras.layers.Flatten()
        self.fc1 = tf.keras.layers.Dense(hidden_size, activation='relu', kernel_initializer=initializer)
        self.fc2 = tf.keras.layers.Dense(num_classes, activation='softmax', kernel_initializer=initializer)

    def call(self, x, training=False):
        x = self.flatten(x)
        x = self.fc1(x)
        x = self.fc2(x)
        return x


class ThreeLayerConvNet(tf.keras.Model):
    def __init__(self, channel_1, channel_2, num_classes):
        super(ThreeLayerConvNet, self).__init__()
        initializer = tf.initializers.VarianceScaling(scale=2.0)
        self.pad2 = tf.keras.layers.ZeroPadding2D(2)
        self.conv1 = tf.keras.layers.Conv2D(channel_1, (5, 5), activation='relu', kernel_initializer=initializer)
        self.pad1 = tf.keras.layers.ZeroPadding2D(1)
        self.conv2 = tf.keras.layers.Conv2D(channel_2, (3, 3), activation='relu', kernel_initializer=initializer)
        self.flatten = tf.keras.layers.Flatten()
        self.fc = tf.keras.layers.Dense(num_classes, activation='softmax', kernel_initializer=initializer)

    def call(self, x, training=False):
        x = self.conv1(self.pad2(x))
        x = self.conv2(self.pad1(x))
        return self.fc(self.flatten(x))


def make_sequential_convnet():
    initializer = tf.initializers.VarianceScaling(scale=2.0)
    return tf.keras.Sequential([
        tf.keras.layers.Input(shape=(32, 32, 3)),
        tf.keras.layers.Conv2D(32, 5, padding='same', activation='relu', kernel_initializer=initializer),
        tf.keras.layers.Conv2D(16, 3, padding='same', activation='relu', kernel_initializer=initializer),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(6, activation='softmax', kernel_initializer=initializer),
    ])


def two_layer_fc_functional(input_shape, hidden_size, num_classes):
    initializer = tf.initializers.VarianceScaling(scale=2.0)
    inputs = tf.keras.Input(shape=input_shape)
    h = tf.keras.layers.Flatten()(inputs)
    h = tf.keras.layers.Dense(hidden_size, activation='relu', kernel_initializer=initializer)(h)
    scores = tf.keras.layers.Dense(num_classes, activation='softmax', kernel_initializer=initializer)(h)
    return tf.keras.Model(inputs=inputs, outputs=scores)


def make_sequential_optimizer():
    return tf.keras.optimizers.SGD(learning_rate=5e-4, momentum=0.9, nesterov=True)
