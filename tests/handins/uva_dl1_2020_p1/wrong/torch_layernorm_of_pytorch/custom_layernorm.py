class CustomLayerNormAutograd(nn.Module):
    def __init__(self, n_neurons, eps=1e-5):
        super().__init__()
        self.norm = nn.LayerNorm(n_neurons, eps=eps)

    def forward(self, input):
        return self.norm(input)
