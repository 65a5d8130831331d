"""Training with stochastic gradient descent, validation twice per epoch, and early stopping."""

import time
from collections import OrderedDict
from pathlib import Path

import torch
import utils
from torch import nn


def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    """Compute the average loss and the accuracy of a model over a whole data set.

    Go through all batches of the loader once. No gradient is needed here: do not let PyTorch build
    a graph, do not change the model's parameters, and return plain numbers, or tensors that hold no
    graph. `utils.to_cuda` moves a batch to where the model is.

    Args:
        dataloader: Gives pairs (X_batch, Y_batch): images (N, C, H, W) and classes (N,). The last
            batch may be shorter than the others.
        model: Maps images to logits (N, num_classes).
        loss_criterion: Maps logits and classes to the mean loss of a batch, such as an
            `nn.CrossEntropyLoss()`.

    Returns:
        average_loss: Mean loss, one number.
        accuracy: Fraction of the images whose largest logit is at the right class, from 0 to 1.
    """
    # --------------------------------------------------------------------------
    # TODO: Compute both, and return (average_loss, accuracy).
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("compute_loss_and_accuracy is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


class Trainer:
    """Trains a model; complete, but you may extend it."""

    def __init__(self, batch_size, learning_rate, early_stop_count, epochs, model, dataloaders):
        """Prepare the training.

        Args:
            batch_size: Images per step.
            learning_rate: Of stochastic gradient descent.
            early_stop_count: Validations without an improvement after which training ends.
            epochs: Number of times that the training set is gone through.
            model: Maps images to logits.
            dataloaders: Three loaders: training, validation, test.
        """
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.early_stop_count = early_stop_count
        self.epochs = epochs
        self.model = utils.to_cuda(model)
        self.dataloader_train, self.dataloader_val, self.dataloader_test = dataloaders
        self.loss_criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=learning_rate)
        self.num_steps_per_val = max(1, len(self.dataloader_train) // 2)
        self.global_step = 0
        self.epoch = 0
        self.start_time = time.time()
        self.train_history = {"loss": OrderedDict(), "accuracy": OrderedDict()}
        self.validation_history = {"loss": OrderedDict(), "accuracy": OrderedDict()}
        self.checkpoint_dir = Path("checkpoints")

    def train_step(self, X_batch, Y_batch):
        """Take one step of the optimizer; returns the loss of the batch before it."""
        X_batch, Y_batch = utils.to_cuda(X_batch), utils.to_cuda(Y_batch)
        loss = self.loss_criterion(self.model(X_batch), Y_batch)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def validation_step(self):
        """Measure the model on the validation set, and keep what was measured."""
        self.model.eval()
        loss, accuracy = compute_loss_and_accuracy(
            self.dataloader_val, self.model, self.loss_criterion
        )
        self.model.train()
        self.validation_history["loss"][self.global_step] = float(loss)
        self.validation_history["accuracy"][self.global_step] = float(accuracy)
        seconds = time.time() - self.start_time
        print(
            f"epoch {self.epoch}, step {self.global_step}, {seconds:.0f} s: "
            f"validation loss {float(loss):.4f}, accuracy {float(accuracy):.4f}"
        )

    def should_early_stop(self):
        """Tell whether the first of the last `early_stop_count` validation losses is the least."""
        losses = list(self.validation_history["loss"].values())[-self.early_stop_count :]
        return len(losses) == self.early_stop_count and losses[0] == min(losses)

    def train(self):
        """Train until the epochs are over, or until the validation loss has stopped falling."""
        for epoch in range(self.epochs):
            self.epoch = epoch
            self.model.train()
            for X_batch, Y_batch in self.dataloader_train:
                self.train_history["loss"][self.global_step] = self.train_step(X_batch, Y_batch)
                self.global_step += 1
                if self.global_step % self.num_steps_per_val == 0:
                    self.validation_step()
                    self.save_model()
                    if self.should_early_stop():
                        print(f"early stop after step {self.global_step}")
                        self.load_best_model()
                        return
        self.load_best_model()

    def save_model(self):
        """Write the parameters to disk, and once more if they are the best so far."""
        losses = list(self.validation_history["loss"].values())
        path = self.checkpoint_dir / f"{self.global_step}.ckpt"
        utils.save_checkpoint(self.model.state_dict(), path, is_best=losses[-1] == min(losses))

    def load_best_model(self):
        """Go back to the best parameters, if there are any."""
        state = utils.load_best_checkpoint(self.checkpoint_dir)
        if state is not None:
            self.model.load_state_dict(state)
