def train():
    model = nn.Linear(3 * 32 * 32, 10)
    print(model(torch.zeros(1, 3 * 32 * 32)))
