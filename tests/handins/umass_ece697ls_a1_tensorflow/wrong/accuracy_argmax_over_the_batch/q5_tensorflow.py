def check_accuracy(dset, x, model_fn, params):
    num_correct, num_samples = 0, 0
    for x_batch, y_batch in dset:
        y_pred = tf.argmax(model_fn(x_batch, params), axis=0).numpy()
        n = min(len(y_pred), len(y_batch))
        num_samples += x_batch.shape[0]
        num_correct += (y_pred[:n] == y_batch[:n]).sum()
    print('Got %d / %d correct (%.2f%%)' % (num_correct, num_samples, 100 * num_correct / num_samples))
