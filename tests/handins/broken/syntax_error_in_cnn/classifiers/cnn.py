def broken(self):
    self.params['W1'] =
