def check_accuracy_part34(loader, model):
    num_correct, num_samples = 0, 0
    with torch.no_grad():
        for x, y in loader:
            preds = model(x).argmax(1)
            num_correct += (preds == y).sum().item()
            num_samples += len(y)
    model.eval()
    print("Got %d / %d correct (%.2f%%)" % (num_correct, num_samples, 100 * num_correct / num_samples))
