def check_accuracy(dset, x, model_fn, params):
    for x_batch, y_batch in dset:
        y_pred = model_fn(x_batch, params).numpy().argmax(axis=1)
        num_samples = x_batch.shape[0]
        num_correct = (y_pred == y_batch).sum()
    print('Got %d / %d correct (%.2f%%)' % (num_correct, num_samples, 100 * num_correct / num_samples))
