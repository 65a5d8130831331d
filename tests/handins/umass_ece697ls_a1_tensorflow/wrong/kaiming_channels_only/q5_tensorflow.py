def create_matrix_with_kaiming_normal(shape):
    return tf.random.normal(shape) * np.sqrt(2.0 / shape[-2])
