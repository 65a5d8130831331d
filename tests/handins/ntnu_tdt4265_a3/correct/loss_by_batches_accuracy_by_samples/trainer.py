def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    average_loss = 0
    correct_predictions = 0
    with torch.no_grad():
        for (X_batch, Y_batch) in dataloader:
            output_probs = model(utils.to_cuda(X_batch))
            average_loss += loss_criterion(output_probs, utils.to_cuda(Y_batch))
            correct_predictions += (output_probs.argmax(dim=1) == Y_batch).sum()
    average_loss = average_loss / len(dataloader)
    accuracy = correct_predictions / len(dataloader.dataset)
    return average_loss, accuracy
