def two_layer_fc(x, params):
    w1, w2 = params
    x = flatten(x.to(device=device, dtype=dtype))
    return F.relu(x.mm(w1)).mm(w2)


def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    x = x.to(device=device, dtype=dtype)
    x = F.relu(F.conv2d(x, conv_w1, bias=conv_b1, padding=2))
    x = F.relu(F.conv2d(x, conv_w2, bias=conv_b2, padding=1))
    return flatten(x).mm(fc_w) + fc_b
