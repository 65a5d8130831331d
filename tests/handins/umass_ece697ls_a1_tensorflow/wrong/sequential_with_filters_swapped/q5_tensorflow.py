def make_sequential_convnet():
    return tf.keras.Sequential([
        tf.keras.layers.Conv2D(16, 5, padding='same', activation='relu'),
        tf.keras.layers.Conv2D(32, 3, padding='same', activation='relu'),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(6, activation='softmax'),
    ])
