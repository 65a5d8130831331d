def train_part2(model_fn, params, learning_rate):
    for t, (x, y) in enumerate(loader_train):
        loss = F.cross_entropy(model_fn(x.to(device, dtype), params), y.to(device))
        loss.backward()
        with torch.no_grad():
            for w in params:
                if w.dim() > 1:
                    w -= learning_rate * w.grad
                w.grad.zero_()
