def make_sequential_optimizer():
    return tf.keras.optimizers.Adam(5e-4)
