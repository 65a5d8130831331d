def random_weight(shape):
    w = torch.empty(shape)
    nn.init.xavier_normal_(w)
    w.requires_grad = True
    return w
