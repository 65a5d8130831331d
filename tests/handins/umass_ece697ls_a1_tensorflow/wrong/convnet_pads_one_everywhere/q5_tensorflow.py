def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    p = [[0, 0], [1, 1], [1, 1], [0, 0]]
    x = tf.nn.relu(tf.nn.conv2d(x, conv_w1, 1, p) + conv_b1)
    x = tf.nn.relu(tf.nn.conv2d(x, conv_w2, 1, p) + conv_b2)
    x = flatten(x)
    return tf.matmul(x, fc_w[:x.shape[1]]) + fc_b
