import torch

import utils


def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    """Average loss and accuracy over the whole data set."""
    total_loss = 0.0
    correct = 0
    samples = 0
    with torch.no_grad():
        for X_batch, Y_batch in dataloader:
            X_batch = utils.to_cuda(X_batch)
            Y_batch = utils.to_cuda(Y_batch)
            logits = model(X_batch)
            total_loss += loss_criterion(logits, Y_batch).item() * X_batch.shape[0]
            correct += (logits.argmax(dim=1) == Y_batch).sum().item()
            samples += X_batch.shape[0]
    return total_loss / samples, correct / samples


class Trainer:
    def __init__(self, batch_size, learning_rate, early_stop_count, epochs, model, dataloaders):
        self.batch_size = batch_size
        self.early_stop_count = early_stop_count
        self.epochs = epochs
        self.loss_criterion = torch.nn.CrossEntropyLoss()
        self.model = utils.to_cuda(model)
        self.optimizer = torch.optim.SGD(self.model.parameters(), learning_rate)
        self.dataloader_train, self.dataloader_val, self.dataloader_test = dataloaders
        self.train_history = {"loss": {}, "accuracy": {}}
        self.validation_history = {"loss": {}, "accuracy": {}}
        self.global_step = 0

    def validation_step(self):
        self.model.eval()
        loss, acc = compute_loss_and_accuracy(self.dataloader_val, self.model, self.loss_criterion)
        self.validation_history["loss"][self.global_step] = loss
        self.validation_history["accuracy"][self.global_step] = acc
        self.model.train()

    def should_early_stop(self):
        losses = list(self.validation_history["loss"].values())[-self.early_stop_count:]
        return len(losses) == self.early_stop_count and losses[0] == min(losses)

    def train_step(self, X_batch, Y_batch):
        X_batch, Y_batch = utils.to_cuda(X_batch), utils.to_cuda(Y_batch)
        loss = self.loss_criterion(self.model(X_batch), Y_batch)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.detach().cpu().item()

    def train(self):
        steps_per_validation = len(self.dataloader_train) // 2
        for _ in range(self.epochs):
            for X_batch, Y_batch in self.dataloader_train:
                self.train_history["loss"][self.global_step] = self.train_step(X_batch, Y_batch)
                self.global_step += 1
                if self.global_step % steps_per_validation == 0:
                    self.validation_step()
                    if self.should_early_stop():
                        return
