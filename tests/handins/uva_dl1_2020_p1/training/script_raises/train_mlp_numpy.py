def train():
    MLP(10, [FLAGS.neg_slope], 10)
