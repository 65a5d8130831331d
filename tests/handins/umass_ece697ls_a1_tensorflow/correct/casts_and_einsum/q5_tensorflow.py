def two_layer_fc(x, params):
    w1, w2 = [tf.cast(w, tf.float32) for w in params]
    x = tf.cast(tf.keras.layers.Flatten()(x), tf.float32)
    return tf.einsum('nh,hc->nc', tf.keras.activations.relu(tf.tensordot(x, w1, axes=1)), w2)


def three_layer_convnet(x, params):
    x = tf.cast(x, tf.float32)
    for w, b, pad in ((params[0], params[1], 2), (params[2], params[3], 1)):
        paddings = tf.constant([[0, 0], [pad, pad], [pad, pad], [0, 0]])
        x = tf.nn.convolution(tf.pad(x, paddings, 'CONSTANT'), w, padding='VALID')
        x = tf.where(x + b > 0, x + b, tf.zeros_like(x))
    return tf.einsum('nd,dc->nc', tf.reshape(x, [x.shape[0], -1]), params[4]) + tf.expand_dims(params[5], 0)
