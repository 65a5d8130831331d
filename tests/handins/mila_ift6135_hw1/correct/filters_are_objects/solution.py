class Filter:
    def __init__(self):
        self.kernel = np.random.normal(0, .1, (3, 3)); self.bias = 0.0
class Convolution2dLayer(object):
    def __init__(self): self.initialize_weights()
    def initialize_weights(self):
        self.filters = [Filter() for i in range(64)]
    def forward(self, x):
        self.x = x
        out = []
        for f in self.filters:
            o = np.zeros((x.shape[0], 30, 30))
            for i in range(30):
                for j in range(30):
                    o[:, i, j] = (x[:, 0, i:i+3, j:j+3] * f.kernel).sum(axis=(1, 2)) + f.bias
            out.append(o)
        return np.array(out).transpose(1, 0, 2, 3)
    def backward(self, dout):
        dW = np.zeros((64, 1, 3, 3))
        for i in range(30):
            for j in range(30):
                dW[:, 0] += np.einsum('nf,nij->fij', dout[:, :, i, j], self.x[:, 0, i:i+3, j:j+3])
        return {'dW': dW, 'db': dout.sum(axis=(0, 2, 3))}
