"""Tasks 3a and 3e: three models of your own, each trained for at most ten epochs.

Each function gets three loaders, for training, validation and test, as `dataloaders.load_cifar10`
makes them: images (N, 3, 32, 32), normalized, and classes (N,). It makes a model, trains it, and
returns it. Network, optimizer, learning rate and augmentation are yours to choose. The training
loader can be gone through ten times, and no more; augment the batches that it gives.

Your own names and files are fine as well; then a person measures your models.
"""


def train_first_model(dataloaders):
    """Train the first model of task 3a, which reaches 75 % on the test images.

    Args:
        dataloaders: Three loaders: training, validation, test.

    Returns:
        The trained `nn.Module`, which maps images to logits (N, 10).
    """
    # --------------------------------------------------------------------------
    # TODO: Make a model, train it on dataloaders[0], and return it.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("train_first_model is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def train_second_model(dataloaders):
    """Train the second model of task 3a, another one that reaches 75 %; as above."""
    # --------------------------------------------------------------------------
    # TODO: Make a model, train it on dataloaders[0], and return it.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("train_second_model is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def train_best_model(dataloaders):
    """Train the model of task 3e, which reaches 80 %; as above."""
    # --------------------------------------------------------------------------
    # TODO: Make a model, train it on dataloaders[0], and return it.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("train_best_model is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
