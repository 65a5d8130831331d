def two_layer_fc(x, params):
    w1, w2 = params
    x = tf.reshape(x, (-1, x.shape[-1]))
    h = tf.nn.relu(tf.matmul(x, w1))
    return tf.matmul(h, w2)
