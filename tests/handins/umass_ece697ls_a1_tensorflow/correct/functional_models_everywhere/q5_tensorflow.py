def dense(units, activation=None):
    return tf.keras.layers.Dense(units, activation=activation, kernel_initializer='he_normal')


def two_layer_fc_functional(input_shape, hidden_size, num_classes):
    x = inputs = tf.keras.layers.Input(input_shape, dtype='float32')
    for layer in (tf.keras.layers.Flatten(), dense(hidden_size), tf.keras.layers.ReLU(), dense(num_classes)):
        x = layer(x)
    return tf.keras.models.Model(inputs=[inputs], outputs=tf.keras.layers.Softmax(axis=-1)(x))


def make_sequential_convnet():
    model = tf.keras.models.Sequential([
        tf.keras.layers.InputLayer(shape=(32, 32, 3)),
        tf.keras.layers.Conv2D(32, kernel_size=5, strides=1, padding='SAME', activation=tf.nn.relu),
        tf.keras.layers.Conv2D(16, kernel_size=3, strides=1, padding='SAME', activation=tf.nn.relu),
        tf.keras.layers.Reshape((-1,)),
        tf.keras.layers.Dense(6, activation=tf.nn.softmax),
    ])
    model.compile(optimizer='sgd', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
    return model
