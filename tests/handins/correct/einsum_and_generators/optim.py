def _defaults(config, **wanted):
    config = {} if config is None else config
    for key, value in wanted.items():
        if key not in config:
            config[key] = value
    return config


def sgd_momentum(w, dw, config=None):
    config = _defaults(config, learning_rate=1e-2, momentum=0.9)
    velocity = config.get('velocity', np.zeros_like(w))
    velocity = velocity * config['momentum'] - dw * config['learning_rate']
    config['velocity'] = velocity
    config['steps_taken'] = config.get('steps_taken', 0) + 1
    return (w + velocity, dict(config))


def rmsprop(x, dx, config=None):
    config = _defaults(config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8, cache=np.zeros(x.shape))
    lr, decay, eps, cache = map(config.get, ('learning_rate', 'decay_rate', 'epsilon', 'cache'))
    cache = decay * cache + (1 - decay) * np.power(dx, 2)
    next_x = x - lr / (np.sqrt(cache) + eps) * dx
    config.update({'cache': cache})
    return [next_x, {**config, 'cache': cache.copy()}]


def adam(x, dx, config=None):
    config = _defaults(config, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8,
                       m=np.zeros_like(x), v=np.zeros_like(x), t=0)
    config['t'] = float(config['t']) + 1.0
    config['m'] += (1 - config['beta1']) * (dx - config['m'])
    config['v'] += (1 - config['beta2']) * (dx ** 2 - config['v'])
    mhat = config['m'] / (1 - pow(config['beta1'], config['t']))
    vhat = config['v'] / (1 - pow(config['beta2'], config['t']))
    config['next_x'] = x - config['learning_rate'] * mhat / (np.sqrt(vhat) + config['epsilon'])
    return config['next_x'], config
