def train_part34(model, optimizer, epochs=1):
    for e in range(epochs):
        for t, (x, y) in enumerate(loader_train):
            model.train()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            if t % print_every == 0:
                check_accuracy_part34(loader_val, model)
