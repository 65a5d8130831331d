def check_accuracy_part34(loader, model):
    model.eval()
    num_correct, num_samples = 0, 0
    with torch.no_grad():
        for x, y in loader:
            scores = model(x)
            num_correct += int((scores.argmax(1) == y).sum())
            num_samples += len(y)
            break
    print("Got %d / %d correct (%.2f%%)" % (num_correct, num_samples, 100 * num_correct / num_samples))
