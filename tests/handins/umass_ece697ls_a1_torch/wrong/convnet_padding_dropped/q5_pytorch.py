def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    x = F.relu(F.conv2d(x, conv_w1, bias=conv_b1))
    x = F.relu(F.conv2d(x, conv_w2, bias=conv_b2))
    x = torch.flatten(x, start_dim=1)
    return x.mm(fc_w[: x.size(1), :]) + fc_b
