def spatial_groupnorm_backward(dout, cache):
    raise NotImplementedError('TODO')
