def xavier_init(fan_in, fan_out):
    weights = torch.empty(fan_in, fan_out)
    nn.init.xavier_uniform_(weights)
