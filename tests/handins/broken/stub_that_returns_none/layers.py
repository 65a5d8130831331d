def layernorm_forward(x, gamma, beta, ln_param):
    pass
