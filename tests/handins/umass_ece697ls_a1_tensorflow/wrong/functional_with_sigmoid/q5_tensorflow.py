def two_layer_fc_functional(input_shape, hidden_size, num_classes):
    inputs = tf.keras.Input(shape=input_shape)
    h = tf.keras.layers.Flatten()(inputs)
    h = tf.keras.layers.Dense(hidden_size, activation='sigmoid')(h)
    return tf.keras.Model(inputs, tf.keras.layers.Dense(num_classes, activation='softmax')(h))
