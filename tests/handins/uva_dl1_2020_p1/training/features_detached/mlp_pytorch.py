class MLP(MLP):
    def forward(self, x):
        *hidden, last = self.layers
        for layer in hidden:
            x = layer(x)
        return last(x.detach())
