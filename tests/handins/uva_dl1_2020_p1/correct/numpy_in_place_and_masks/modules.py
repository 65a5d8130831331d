class ELUModule(object):
    def forward(self, x):
        self.negative = x < 0
        out = x.copy()
        out[self.negative] = np.exp(out[self.negative]) - 1
        self.out = out
        return out

    def backward(self, dout):
        dout[self.negative] *= self.out[self.negative] + 1
        return dout


class SoftMaxModule(object):
    def forward(self, x):
        z = x - np.amax(x, axis=1)[:, None]
        np.exp(z, out=z)
        z /= np.sum(z, axis=1)[:, None]
        self.s = z
        return z.copy()

    def backward(self, dout):
        dout -= np.sum(self.s * dout, 1).reshape(-1, 1)
        dout *= self.s
        return dout
