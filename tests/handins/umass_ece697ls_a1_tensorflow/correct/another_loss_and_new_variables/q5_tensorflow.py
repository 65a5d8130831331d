def training_step(model_fn, x, y, params, learning_rate):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(params)
        scores = model_fn(x, params)
        one_hot = tf.one_hot(y, depth=scores.shape[1])
        loss = tf.nn.softmax_cross_entropy_with_logits(labels=one_hot, logits=scores)
        total_loss = tf.math.reduce_mean(loss, axis=0)
    gradients = tape.gradient(total_loss, params)
    for i in range(len(params)):
        params[i] = tf.Variable(params[i] - learning_rate * gradients[i])
    return total_loss.numpy()
