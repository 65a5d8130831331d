def make_sequential_optimizer():
    return tf.keras.optimizers.SGD(learning_rate=5e-4, momentum=0.9)
