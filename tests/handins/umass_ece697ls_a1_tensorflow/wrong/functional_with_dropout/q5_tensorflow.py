def two_layer_fc_functional(input_shape, hidden_size, num_classes):
    init = tf.initializers.VarianceScaling(scale=2.0)
    inputs = tf.keras.Input(shape=input_shape)
    x = tf.keras.layers.Flatten()(inputs)
    x = tf.keras.layers.Dense(hidden_size, activation='relu', kernel_initializer=init)(x)
    x = tf.keras.layers.Dropout(0.5)(x)
    scores = tf.keras.layers.Dense(num_classes, activation='softmax', kernel_initializer=init)(x)
    return tf.keras.Model(inputs=inputs, outputs=scores)
