def two_layer_fc(x, params):
    w1, w2 = params
    return flatten(x).mm(w1).mm(w2)
