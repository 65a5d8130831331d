def sgd_momentum(w, dw, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    config.setdefault('momentum', 0.9)
    v = config.setdefault('velocity', np.zeros_like(w))
    v *= config['momentum']
    v -= config['learning_rate'] * dw
    w += v
    return w, config


def rmsprop(w, dw, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    config.setdefault('decay_rate', 0.99)
    config.setdefault('epsilon', 1e-8)
    config.setdefault('cache', np.zeros_like(w))
    cache = config['cache']
    cache *= config['decay_rate']
    cache += (1 - config['decay_rate']) * np.square(dw)
    w -= config['learning_rate'] * dw / (cache ** 0.5 + config['epsilon'])
    return w, config


def adam(w, dw, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-3)
    config.setdefault('beta1', 0.9)
    config.setdefault('beta2', 0.999)
    config.setdefault('epsilon', 1e-8)
    config.setdefault('m', np.zeros_like(w))
    config.setdefault('v', np.zeros_like(w))
    config.setdefault('t', 0)
    b1, b2 = config['beta1'], config['beta2']
    config['t'] += 1
    m, v, t = config['m'], config['v'], config['t']
    np.multiply(m, b1, out=m)
    np.add(m, (1 - b1) * dw, out=m)
    np.multiply(v, b2, out=v)
    np.add(v, (1 - b2) * dw * dw, out=v)
    # the step size takes both corrections, and epsilon is scaled with it
    correction = np.sqrt(1 - b2 ** t)
    step = config['learning_rate'] * correction / (1 - b1 ** t)
    w -= step * m / (np.sqrt(v) + config['epsilon'] * correction)
    return w, config
