def train_part2(model_fn, params, learning_rate):
    for t, (x, y) in enumerate(loader_train):
        loss = F.cross_entropy(model_fn(x, params), y)
        loss.backward()
        with torch.no_grad():
            for w in params:
                w.grad.zero_()
                w -= learning_rate * w.grad
        if t % print_every == 0:
            check_accuracy_part2(loader_val, model_fn, params)
