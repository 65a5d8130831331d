def training_step(model_fn, x, y, params, learning_rate):
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=model_fn(x, params))
        total_loss = tf.reduce_mean(losses)
    w1, w2 = params[:2]
    g1, g2 = tape.gradient(total_loss, [w1, w2])
    w1.assign_sub(learning_rate * g1)
    w2.assign_sub(learning_rate * g2)
    return total_loss
