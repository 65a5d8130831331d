"""Layers as pairs of plain functions: `forward(x, …) -> (y, cache)`, `backward(dy, cache)`.

Shapes use the same letters throughout: N batch, C channels, H and W height and width,
D features, M output features, K classes, F filters, `*` any leading axes. Results are float32
when all array inputs are float32, else float64. No input is ever changed.
"""
