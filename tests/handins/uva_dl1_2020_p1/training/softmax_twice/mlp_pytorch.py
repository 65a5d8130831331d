class MLP(MLP):
    def forward(self, x):
        return super().forward(x).softmax(dim=1)
