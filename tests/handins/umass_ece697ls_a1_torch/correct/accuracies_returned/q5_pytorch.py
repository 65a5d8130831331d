@torch.no_grad()
def check_accuracy_part2(loader, model_fn, params):
    hits = torch.cat([model_fn(x, params).argmax(dim=1) == y for x, y in loader])
    return hits.float().mean()


def check_accuracy_part34(loader, model):
    was_training = model.training
    model.eval()
    correct = total = 0
    with torch.inference_mode():
        for x, y in loader:
            correct += (model(x).argmax(-1) == y).sum().item()
            total += y.numel()
    model.train(was_training)
    print(f"accuracy: {correct}/{total} = {100 * correct / total:.1f} %")
    return correct / total


def train_part34(model, optimizer, epochs=1):
    model.train()
    best = 0.0
    for epoch in range(epochs):
        for step, (x, y) in enumerate(loader_train):
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
            if step % print_every == 0:
                acc = check_accuracy_part34(loader_val, model)
                if acc > best:
                    best = acc
