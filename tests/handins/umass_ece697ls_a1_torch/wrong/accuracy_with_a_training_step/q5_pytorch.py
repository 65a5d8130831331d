def check_accuracy_part2(loader, model_fn, params):
    num_correct, num_samples = 0, 0
    with torch.no_grad():
        for x, y in loader:
            num_correct += int((model_fn(x, params).argmax(1) == y).sum())
            num_samples += len(y)
        for w in params:
            w *= 0.99
    print("Got %d / %d correct" % (num_correct, num_samples))
