def optimizer_init_fn():
    return tf.keras.optimizers.Adam(5e-4)
