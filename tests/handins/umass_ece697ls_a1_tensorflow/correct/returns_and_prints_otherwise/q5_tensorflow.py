def check_accuracy(dset, x, model_fn, params):
    right, total = 0, 0
    for images, labels in dset:
        scores = model_fn(tf.convert_to_tensor(images), params)
        guessed = tf.argmax(scores, axis=-1, output_type=tf.int32)
        right += int(tf.reduce_sum(tf.cast(tf.equal(guessed, labels), tf.int32)))
        total += len(labels)
    print('accuracy on this set:', right / total)
    return right / total


def training_step(model_fn, x, y, params, learning_rate):
    x, y = tf.convert_to_tensor(x), tf.convert_to_tensor(y)
    with tf.GradientTape(persistent=True) as tape:
        scores = model_fn(x, params)
        log_p = tf.nn.log_softmax(scores)
        loss = -tf.reduce_mean(tf.gather(log_p, y, batch_dims=1))
    for w in params:
        w.assign(w - learning_rate * tape.gradient(loss, w))
    del tape
    return float(loss)


def two_layer_fc_init():
    return tuple(tf.Variable(create_matrix_with_kaiming_normal(s), trainable=True) for s in [(3072, 4000), (4000, 6)])
