def check_accuracy_part2(loader, model_fn, params):
    num_correct, num_samples = 0, 0
    for x, y in loader:
        scores = model_fn(x, params)
        num_correct += (scores.argmax(1) == y).sum().item()
        num_samples += len(y)
    print("Got %d / %d correct" % (num_correct, num_samples))
