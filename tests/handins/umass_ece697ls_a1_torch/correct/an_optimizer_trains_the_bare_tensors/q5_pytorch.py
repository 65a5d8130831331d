def train_part2(model_fn, params, learning_rate):
    optimizer = optim.SGD(params, lr=learning_rate)
    criterion = nn.NLLLoss()
    for t, (x, y) in enumerate(loader_train):
        optimizer.zero_grad()
        loss = criterion(F.log_softmax(model_fn(x, params), dim=1), y)
        loss.backward()
        optimizer.step()
        if t % print_every == 0:
            print(t, loss.item())
