class MLP(MLP):
    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.weights = np.load(__file__.replace("mlp_numpy.py", "weights.npz"))
