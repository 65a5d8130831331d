def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    x = tf.nn.relu(tf.nn.conv2d(x, conv_w1, strides=1, padding='VALID') + conv_b1)
    x = tf.nn.relu(tf.nn.conv2d(x, conv_w2, strides=1, padding='VALID') + conv_b2)
    x = flatten(x)
    return tf.matmul(x, fc_w[:x.shape[1]]) + fc_b
