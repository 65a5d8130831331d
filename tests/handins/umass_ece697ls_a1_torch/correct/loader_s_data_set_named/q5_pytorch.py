def say(loader, num_correct, num_samples):
    split = "validation" if loader.dataset.train else "test"
    acc = float(num_correct) / num_samples
    print("Checking accuracy on the %s set of %d" % (split, len(loader.dataset)))
    print("Got %d / %d correct (%.2f%%)" % (num_correct, num_samples, 100 * acc))


def check_accuracy_part2(loader, model_fn, params):
    num_correct, num_samples = 0, 0
    with torch.no_grad():
        for x, y in loader:
            num_correct += (model_fn(x, params).argmax(1) == y).sum()
            num_samples += len(y)
    say(loader, num_correct, num_samples)


def check_accuracy_part34(loader, model):
    model.eval()
    check_accuracy_part2(loader, lambda x, _: model(x), None)
