class CustomLayerNormAutograd(nn.Module):
    def __init__(self, n_neurons, eps=1e-5):
        super().__init__()
        self.n_neurons = n_neurons
        self.eps = eps
        self.gamma = torch.ones(n_neurons)
        self.beta = torch.zeros(n_neurons)

    def forward(self, input):
        if input.dim() != 2 or input.size(1) != self.n_neurons:
            raise ValueError(f"expected (N, {self.n_neurons}), got {tuple(input.shape)}")
        mean = input.mean(dim=1, keepdim=True)
        var = input.var(dim=1, unbiased=False, keepdim=True)
        normalized = (input - mean) / torch.sqrt(var + self.eps)
        return self.gamma * normalized + self.beta
