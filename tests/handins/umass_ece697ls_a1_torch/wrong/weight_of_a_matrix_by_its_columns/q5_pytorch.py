def random_weight(shape):
    w = torch.empty(shape)
    nn.init.kaiming_normal_(w)
    w.requires_grad = True
    return w
