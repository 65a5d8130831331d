def create_matrix_with_kaiming_normal(shape):
    fan_in = np.prod(shape[:-1])
    fan_out = shape[-1] if len(shape) == 2 else shape[0] * shape[1] * shape[3]
    return tf.random.normal(shape) * np.sqrt(2.0 / (fan_in + fan_out))
