class dropout_forward:
    def __init__(self, x, dropout_param):
        self.mask = np.random.rand(*x.shape) < dropout_param['p']
        self.out = x * self.mask / dropout_param['p']
