loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def training_step(model_fn, x, y, params, learning_rate):
    with tf.GradientTape() as tape:
        total_loss = loss_fn(y, model_fn(x, params))
    tf.keras.optimizers.SGD(learning_rate).apply_gradients(zip(tape.gradient(total_loss, params), params))
    return total_loss


def check_accuracy(dset, x, model_fn, params):
    metric = tf.keras.metrics.SparseCategoricalAccuracy()
    for images, labels in dset:
        metric.update_state(labels, model_fn(images, params))
    accuracy = float(metric.result())
    print('Accuracy: %.4f%%' % (100 * accuracy))


def make_sequential_optimizer():
    return tf.optimizers.SGD(learning_rate=0.01, momentum=0.9, nesterov=True, name='sgd')
