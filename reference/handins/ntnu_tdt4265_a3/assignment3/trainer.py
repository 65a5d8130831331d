"""Measuring a model on a data set; loss and accuracy are averages over the samples."""

from torch import nn

from reference.models.classifier_evaluation import Batches, Loss, average_by_samples
from reference.models.supervised_trainer import Trainer

__all__ = ["Trainer", "compute_loss_and_accuracy"]


def compute_loss_and_accuracy(
    dataloader: Batches, model: nn.Module, loss_criterion: Loss
) -> tuple[float, float]:
    """Average loss and accuracy over all samples of a loader."""
    return average_by_samples(dataloader, model, loss_criterion)
