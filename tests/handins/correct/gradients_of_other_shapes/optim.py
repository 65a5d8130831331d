def adam(w, dw, config=None):
    config = config if config is not None else dict()
    for k, v in [('learning_rate', 1e-3), ('beta1', .9), ('beta2', .999), ('epsilon', 1e-8), ('t', 0)]:
        config.setdefault(k, v)
    if 'm' not in config: config['m'] = np.zeros_like(w)
    if 'v' not in config: config['v'] = np.zeros_like(w)
    t = config['t'] + 1
    config['m'] = config['m'] * config['beta1'] + dw * (1 - config['beta1'])
    config['v'] = config['v'] * config['beta2'] + dw * dw * (1 - config['beta2'])
    unbias1, unbias2 = 1 - config['beta1'] ** t, 1 - config['beta2'] ** t
    next_w = w + (-config['learning_rate'] * config['m'] / unbias1) / (
        np.sqrt(config['v'] / unbias2) + config['epsilon'])
    config['t'] = t
    return next_w, config
