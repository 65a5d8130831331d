def backward(self, dout):
    k = self.filter_size
    dW = np.zeros_like(self.weights["W"])
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            window = self.x[:, :, i : i + k, j : j + k]
            dW += np.tensordot(dout[:, :, i, j], window, axes=([0], [0]))
    db = dout.sum(axis=(0, 2, 3))
    return {"dW": dW / len(dout), "db": db}


Convolution2dLayer.backward = backward
