def check_accuracy_part2(loader, model_fn, params):
    num_correct, size = 0, len(next(iter(loader))[0])
    with torch.no_grad():
        for x, y in loader:
            num_correct += int((model_fn(x, params).argmax(1) == y).sum())
    print("Got %d / %d correct" % (num_correct, size * len(loader)))
