def check_accuracy_part2(loader, model_fn, params):
    num_correct, num_samples = 0, 0
    with torch.no_grad():
        for x, y in loader:
            scores = model_fn(x, params)
            num_correct = int((scores.argmax(1) == y).sum())
            num_samples += len(y)
    print("Got %d / %d correct (%.2f%%)" % (num_correct, num_samples, 100 * num_correct / num_samples))
