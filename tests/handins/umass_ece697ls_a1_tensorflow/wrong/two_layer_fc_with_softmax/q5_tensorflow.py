def two_layer_fc(x, params):
    w1, w2 = params
    h = tf.nn.relu(tf.matmul(flatten(x), w1))
    return tf.nn.softmax(tf.matmul(h, w2))
