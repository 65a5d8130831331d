def train_part2(model_fn, params, learning_rate):
    w1, w2 = params[0], params[1]
    for t, (x, y) in enumerate(loader_train):
        loss = F.cross_entropy(model_fn(x.to(device, dtype), params), y.to(device))
        loss.backward()
        with torch.no_grad():
            w1 -= learning_rate * w1.grad
            w2 -= learning_rate * w2.grad
            w1.grad.zero_()
            w2.grad.zero_()
