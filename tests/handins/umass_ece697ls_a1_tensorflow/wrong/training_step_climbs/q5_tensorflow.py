def training_step(model_fn, x, y, params, learning_rate):
    with tf.GradientTape() as tape:
        scores = model_fn(x, params)
        total_loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=scores))
    for w, g in zip(params, tape.gradient(total_loss, params)):
        w.assign_add(learning_rate * g)
    return total_loss
