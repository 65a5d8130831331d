def two_layer_fc(x, params):
    w1, w2 = [w.float() for w in params]
    return torch.relu(x.float().flatten(1) @ w1) @ w2


def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = [p.to(dtype) for p in params]
    x = F.relu(F.conv2d(x.to(dtype), conv_w1, conv_b1, padding=2))
    x = F.relu(F.conv2d(x, conv_w2, conv_b2, padding=1))
    return flatten(x).mm(fc_w) + fc_b
