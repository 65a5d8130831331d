def three_layer_convnet_init():
    conv_w1 = tf.Variable(create_matrix_with_kaiming_normal((32, 3, 5, 5)))
    conv_b1 = tf.Variable(tf.zeros((32,)))
    conv_w2 = tf.Variable(create_matrix_with_kaiming_normal((16, 32, 3, 3)))
    conv_b2 = tf.Variable(tf.zeros((16,)))
    fc_w = tf.Variable(create_matrix_with_kaiming_normal((32 * 32 * 16, 6)))
    fc_b = tf.Variable(tf.zeros((6,)))
    return [conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b]
