"""Many small images as one picture; provided."""

import numpy as np


def _stretch(image, top):
    """Scale an image so that its values run from 0 to top; a flat one becomes 0."""
    low, high = image.min(), image.max()
    return top * (image - low) / (high - low) if high > low else np.zeros(image.shape)


def _grid(images, top, border):
    """Lay images out in a square, row by row, with a border between them."""
    count, height, width, channels = images.shape
    side = int(np.ceil(np.sqrt(count)))
    down, across = height + border, width + border
    grid = np.zeros((side * down - border, side * across - border, channels))
    for n, image in enumerate(images):
        y, x = n // side * down, n % side * across
        grid[y : y + height, x : x + width] = _stretch(image, top)
    return grid


def visualize_grid(Xs, ubound=255.0, padding=1):
    """Show images in a square grid.

    Args:
        Xs: Images, shape (N, H, W, C).
        ubound: Each image is scaled to values from 0 to this.
        padding: Pixels between the images.

    Returns:
        One image, shape (height, width, C).
    """
    return _grid(Xs, ubound, padding)


def vis_grid(Xs):
    """Show images (N, H, W, C) in a square grid with values from 0 to 1 and a border of one."""
    return _grid(Xs, 1.0, 1)
