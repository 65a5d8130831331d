def training_step(model_fn, x, y, params, learning_rate):
    with tf.GradientTape() as tape:
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=model_fn(x, params))
        total_loss = tf.reduce_mean(loss)
    for w, g in zip(params, tape.gradient(total_loss, params)):
        w.assign_sub(learning_rate * g)
    return loss
