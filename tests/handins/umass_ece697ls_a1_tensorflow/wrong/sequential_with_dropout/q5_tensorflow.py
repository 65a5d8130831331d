def make_sequential_convnet():
    initializer = tf.initializers.VarianceScaling(scale=2.0)
    return tf.keras.Sequential([
        tf.keras.layers.Conv2D(32, 5, padding='same', activation='relu', kernel_initializer=initializer),
        tf.keras.layers.Conv2D(16, 3, padding='same', activation='relu', kernel_initializer=initializer),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dropout(0.9),
        tf.keras.layers.Dense(6, activation='softmax', kernel_initializer=initializer),
    ])
