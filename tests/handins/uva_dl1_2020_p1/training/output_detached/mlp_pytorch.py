class MLP(MLP):
    def forward(self, x):
        return super().forward(x).detach()
