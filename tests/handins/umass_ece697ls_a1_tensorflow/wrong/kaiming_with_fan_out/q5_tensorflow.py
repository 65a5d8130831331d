def create_matrix_with_kaiming_normal(shape):
    fan_in = shape[1] if len(shape) == 2 else np.prod(shape[1:])
    return tf.random.normal(shape) * np.sqrt(2.0 / fan_in)
