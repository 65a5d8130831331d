def train_part2(model_fn, params, learning_rate):
    for t, (x, y) in enumerate(loader_train):
        x = x.to(device=device, dtype=dtype)
        y = y.to(device=device, dtype=torch.long)

        loss = F.cross_entropy(two_layer_fc(x, params), y)
        loss.backward()

        with torch.no_grad():
            for w in params:
                w -= learning_rate * w.grad
                w.grad.zero_()

        if t % print_every == 0:
            print("Iteration %d, loss = %.4f" % (t, loss.item()))
            check_accuracy_part2(loader_val, model_fn, params)
