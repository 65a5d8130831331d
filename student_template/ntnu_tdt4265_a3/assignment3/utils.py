"""What several tasks need: seeds, the GPU, checkpoints, and curves."""

import random
from pathlib import Path

import numpy as np
import torch

BEST = "best.ckpt"


def set_seed(seed):
    """Make random numbers the same in every run."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def get_device():
    """Return the GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def to_cuda(elements):
    """Move a tensor or a model, or each of a list or tuple of them, to the device."""
    if isinstance(elements, (list, tuple)):
        return [to_cuda(element) for element in elements]
    return elements.to(get_device())


def get_previous_checkpoints(directory):
    """List the checkpoints of a folder but the best, the newest first."""
    paths = [path for path in Path(directory).glob("*.ckpt") if path.name != BEST]
    return sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)


def save_checkpoint(state_dict, filepath, is_best, max_keep=1):
    """Write a checkpoint, and remove old ones.

    Args:
        state_dict: Of a model.
        filepath: Where to write it.
        is_best: Whether it is the best so far; then it is written a second time under that name.
        max_keep: How many checkpoints may stay beside the best.
    """
    filepath = Path(filepath)
    filepath.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state_dict, filepath)
    if is_best:
        torch.save(state_dict, filepath.parent / BEST)
    for path in get_previous_checkpoints(filepath.parent)[max_keep:]:
        path.unlink()


def load_best_checkpoint(directory):
    """Read the best checkpoint of a folder; None where there is none."""
    path = Path(directory) / BEST
    return torch.load(path, map_location=get_device()) if path.is_file() else None


def plot_loss(loss_dict, label=None, npoints_to_average=1, plot_variance=True):
    """Draw a curve of losses by step.

    Args:
        loss_dict: Loss by step.
        label: Name of the curve.
        npoints_to_average: How many neighbouring losses become one point.
        plot_variance: Whether to shade one standard deviation around averages.
    """
    import matplotlib.pyplot as plt

    steps = list(loss_dict)
    losses = np.array([float(loss) for loss in loss_dict.values()])
    groups = [slice(i, i + npoints_to_average) for i in range(0, len(steps), npoints_to_average)]
    middle = [np.mean(steps[group]) for group in groups]
    mean = np.array([losses[group].mean() for group in groups])
    plt.plot(middle, mean, label=label)
    if plot_variance and npoints_to_average > 1:
        spread = np.array([losses[group].std() for group in groups])
        plt.fill_between(middle, mean - spread, mean + spread, alpha=0.2)
