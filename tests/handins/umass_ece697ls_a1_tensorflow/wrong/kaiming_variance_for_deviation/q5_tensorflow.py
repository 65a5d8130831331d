def create_matrix_with_kaiming_normal(shape):
    fan_in = np.prod(shape[:-1])
    return tf.random.normal(shape) * (2.0 / fan_in)
