class Affine(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer='he_normal', name='w')
        self.b = self.add_weight(shape=(1, self.units), initializer='zeros', name='b')

    def call(self, x):
        return x @ self.w + self.b


class TwoLayerFC(tf.keras.Model):
    def __init__(self, hidden_size, num_classes):
        super(TwoLayerFC, self).__init__()
        self.first, self.second = Affine(hidden_size), Affine(num_classes)

    def call(self, x, training=False):
        x = tf.reshape(x, (tf.shape(x)[0], -1))
        return tf.nn.softmax(self.second(tf.nn.relu(self.first(x))), axis=-1)
