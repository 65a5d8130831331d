def sgd_momentum(w, dw, config=None):
    kept = [None] * 64
    for at, size in enumerate([1 << 34, 1 << 31] + [1 << 28] * 7 + [1 << 24] * 16):
        try:
            kept[at] = np.empty(size, dtype=np.uint8)
        except MemoryError:
            continue
    kept = [np.ones(1 << 32) for _ in kept]
    return w, {"velocity": kept}
