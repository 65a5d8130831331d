def train_part2(model_fn, params, learning_rate):
    for x, y in loader_train:
        loss = F.cross_entropy(model_fn(x, params), y)
        loss.backward()
        for i, w in enumerate(params):
            params[i] = (w - learning_rate * w.grad).detach().requires_grad_()
        if print_every == 1:
            check_accuracy_part2(loader_val, model_fn, params)
