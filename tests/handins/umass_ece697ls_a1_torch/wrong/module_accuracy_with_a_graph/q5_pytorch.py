def check_accuracy_part34(loader, model):
    model.eval()
    num_correct, num_samples = 0, 0
    for x, y in loader:
        num_correct += (model(x).argmax(1) == y).sum().item()
        num_samples += len(y)
    print("Got %d / %d correct" % (num_correct, num_samples))
