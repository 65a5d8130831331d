from my_layers import Head, conv_relu


class ThreeLayerConvNet(tf.keras.Model):
    def __init__(self, channel_1, channel_2, num_classes):
        super().__init__(name='three_layers')
        self.features = tf.keras.Sequential([conv_relu(channel_1, 5), conv_relu(channel_2, 3)])
        self.head = Head(num_classes)

    def call(self, x, training=False):
        return self.head(self.features(x, training=training))
