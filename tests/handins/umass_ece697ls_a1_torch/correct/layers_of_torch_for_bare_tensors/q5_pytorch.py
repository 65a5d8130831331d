def two_layer_fc(x, params):
    hidden = torch.matmul(x.flatten(start_dim=1), params[0]).clamp(min=0)
    return hidden @ params[1]


def three_layer_convnet(x, params):
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    x = nn.functional.pad(x, (2, 2, 2, 2))
    x = torch.relu(torch.conv2d(x, conv_w1, conv_b1))
    x = torch.conv2d(x, conv_w2, conv_b2, stride=1, padding=(1, 1)).relu()
    scores = torch.addmm(fc_b, flatten(x), fc_w)
    return scores
