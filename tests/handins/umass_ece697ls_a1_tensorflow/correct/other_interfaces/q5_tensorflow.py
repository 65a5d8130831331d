def conv_relu(x, w, b, pad):
    x = tf.nn.conv2d(x, w, strides=(1, 1), padding=[[0, 0], [pad, pad], [pad, pad], [0, 0]])
    return tf.maximum(tf.add(x, tf.reshape(b, (1, 1, 1, -1))), 0)


def three_layer_convnet(x, params):
    cw1, cb1, cw2, cb2, fw, fb = params
    h = conv_relu(conv_relu(x, cw1, cb1, 2), cw2, cb2, 1)
    return tf.linalg.matmul(tf.keras.layers.Flatten()(h), fw) + fb[tf.newaxis]


class ThreeLayerConvNet(tf.keras.Model):
    def __init__(self, channel_1, channel_2, num_classes, **kwargs):
        super().__init__(**kwargs)
        self.head = tf.keras.layers.Dense(num_classes, kernel_initializer='he_normal')
        self.body = [
            tf.keras.layers.Conv2D(channel_1, 5, padding='same', kernel_initializer='he_normal'),
            tf.keras.layers.ReLU(),
            tf.keras.layers.Conv2D(channel_2, 3, padding='same', kernel_initializer='he_normal'),
            tf.keras.layers.Activation('relu'),
            tf.keras.layers.Flatten(),
        ]
        self.softmax = tf.keras.layers.Softmax()

    def call(self, inputs):
        x = inputs
        for layer in self.body:
            x = layer(x)
        return self.softmax(self.head(x))


def make_sequential_convnet():
    model = tf.keras.models.Sequential(name='net')
    model.add(tf.keras.layers.ZeroPadding2D(padding=2, input_shape=(32, 32, 3)))
    model.add(tf.keras.layers.Conv2D(filters=32, kernel_size=(5, 5)))
    model.add(tf.keras.layers.ReLU())
    model.add(tf.keras.layers.ZeroPadding2D(padding=1))
    model.add(tf.keras.layers.Conv2D(filters=16, kernel_size=(3, 3)))
    model.add(tf.keras.layers.ReLU())
    model.add(tf.keras.layers.Flatten())
    model.add(tf.keras.layers.Dense(6))
    model.add(tf.keras.layers.Softmax())
    model.summary()
    return model
