def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    h1 = F.conv2d(x, conv_w1, conv_b1, padding=2)
    a1 = torch.max(h1, torch.zeros_like(h1))
    a2 = F.relu(F.conv2d(a1, conv_w2, bias=conv_b2, padding=1), inplace=True)
    return F.linear(a2.view(a2.size(0), -1), fc_w.t(), fc_b)
