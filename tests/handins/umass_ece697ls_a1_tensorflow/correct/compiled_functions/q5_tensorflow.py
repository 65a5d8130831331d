@tf.function
def two_layer_fc(x, params):
    w1, w2 = params
    return tf.nn.relu(flatten(x) @ w1) @ w2


@tf.function(reduce_retracing=True)
def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    h = tf.nn.relu(tf.nn.conv2d(x, conv_w1, 1, 'SAME') + conv_b1)
    h = tf.nn.relu(tf.nn.conv2d(h, conv_w2, 1, 'SAME') + conv_b2)
    return flatten(h) @ fc_w + fc_b


class ThreeLayerConvNet(tf.keras.Model):
    def __init__(self, channel_1, channel_2, num_classes):
        super().__init__()
        he = tf.keras.initializers.HeNormal
        self.conv1 = tf.keras.layers.Conv2D(channel_1, 5, padding='same', kernel_initializer=he())
        self.conv2 = tf.keras.layers.Conv2D(channel_2, 3, padding='same', kernel_initializer=he())
        self.fc = tf.keras.layers.Dense(num_classes, kernel_initializer=he())

    @tf.function
    def call(self, x, training=False):
        x = tf.nn.relu(self.conv1(x))
        x = tf.nn.relu(self.conv2(x))
        x = tf.reshape(x, (tf.shape(x)[0], np.prod(x.shape[1:])))
        return tf.nn.softmax(self.fc(x))
