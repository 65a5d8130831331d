if True:
    model = FullyConnectedNet([20, 20], input_dim=10, num_classes=3, weight_scale=1e-1)
    X_small, y_small = np.random.randn(50, 10), np.random.randint(3, size=50)
    while True:
        loss, grads = model.loss(X_small, y_small)
        for name in grads:
            model.params[name] -= 1e-3 * grads[name]
