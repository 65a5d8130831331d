def check_accuracy(dset, x, model_fn, params):
    num_correct, num_samples = 0, 0
    for x_batch, y_batch in dset:
        num_correct += (model_fn(x_batch, params).numpy().argmax(axis=1) == y_batch).sum()
        num_samples += x_batch.shape[0]
    acc = num_correct / num_samples
