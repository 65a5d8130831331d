def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    x = tf.nn.relu(tf.nn.conv2d(x, conv_w1, 1, 'SAME') + conv_b1)
    x = tf.nn.conv2d(x, conv_w2, 1, 'SAME') + conv_b2
    return tf.matmul(flatten(x), fc_w) + fc_b
