criterion = nn.CrossEntropyLoss()


def train_part34(model, optimizer, epochs=1):
    for epoch in range(1, epochs + 1):
        running = 0.0
        for t, (x, y) in enumerate(loader_train):
            model.train()
            for p in model.parameters():
                p.grad = None
            loss = criterion(model(x.to(device)), y.to(device))
            loss.backward()
            optimizer.step()
            running += loss.item()
        check_accuracy_part34(loader_val, model)
        print("epoch", epoch, running / (t + 1))
