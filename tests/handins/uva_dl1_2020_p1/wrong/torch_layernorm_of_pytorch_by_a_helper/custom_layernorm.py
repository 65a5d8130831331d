from norms import normalize_rows


class CustomLayerNormAutograd(CustomLayerNormAutograd):
    def forward(self, input):
        assert input.shape[1] == self.n_neurons
        return self.gamma * normalize_rows(input, self.eps) + self.beta
