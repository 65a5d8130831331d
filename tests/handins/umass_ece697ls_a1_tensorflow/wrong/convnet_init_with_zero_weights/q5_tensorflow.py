def three_layer_convnet_init():
    shapes = [(5, 5, 3, 32), (32,), (3, 3, 32, 16), (16,), (32 * 32 * 16, 6), (6,)]
    return [tf.Variable(tf.zeros(shape)) for shape in shapes]
