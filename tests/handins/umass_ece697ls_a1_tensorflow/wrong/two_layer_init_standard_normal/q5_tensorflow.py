def two_layer_fc_init():
    return [tf.Variable(tf.random.normal((3 * 32 * 32, 4000))), tf.Variable(tf.random.normal((4000, 6)))]
