def two_layer_fc_init():
    w1 = tf.Variable(create_matrix_with_kaiming_normal((3 * 32 * 32, 4000)), trainable=False)
    w2 = tf.Variable(create_matrix_with_kaiming_normal((4000, 6)), trainable=False)
    return [w1, w2]
