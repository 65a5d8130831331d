def two_layer_fc(x, params):
    w1, w2 = params
    return tf.matmul(tf.matmul(flatten(x), w1), w2)
