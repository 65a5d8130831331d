he_normal = tf.keras.initializers.HeNormal()


def create_matrix_with_kaiming_normal(shape):
    return he_normal(tuple(shape))


def three_layer_convnet_init():
    channel_1, channel_2, num_classes = 32, 16, 6
    shapes = [[5, 5, 3, channel_1], [3, 3, channel_1, channel_2], [32 * 32 * channel_2, num_classes]]
    params = []
    for number, shape in enumerate(shapes):
        params.append(tf.Variable(he_normal(shape), name='w%d' % number))
        params.append(tf.Variable(tf.constant(0.0, shape=(shape[-1],)), name='b%d' % number))
    return params
