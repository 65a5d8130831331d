class NN(NN):
    def forward(self, x):
        return super().forward(x)["A3"]
