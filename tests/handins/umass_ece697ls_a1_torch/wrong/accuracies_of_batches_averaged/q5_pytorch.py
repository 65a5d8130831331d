def check_accuracy_part2(loader, model_fn, params):
    accuracies, samples = [], 0
    with torch.no_grad():
        for x, y in loader:
            right = model_fn(x, params).argmax(1) == y
            accuracies.append(right.double().mean().item())
            samples += len(y)
    accuracy = sum(accuracies) / len(accuracies)
    print("Got %d / %d correct (%.2f%%)" % (accuracy * samples, samples, 100 * accuracy))
