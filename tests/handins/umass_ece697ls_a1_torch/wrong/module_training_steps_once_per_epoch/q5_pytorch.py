def train_part34(model, optimizer, epochs=1):
    for e in range(epochs):
        model.train()
        for t, (x, y) in enumerate(loader_train):
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
        optimizer.step()
