class TwoLayerFC:
    def __init__(self, hidden_size, num_classes):
        self.flatten = tf.keras.layers.Flatten()
        self.fc1 = tf.keras.layers.Dense(hidden_size, activation='relu')
        self.fc2 = tf.keras.layers.Dense(num_classes, activation='softmax')

    def __call__(self, x, training=False):
        return self.fc2(self.fc1(self.flatten(x)))
