def xavier_init(fan_in, fan_out):
    bound = math.sqrt(6.0 / (fan_in + fan_out))
    return np.random.uniform(-bound, bound, (fan_in, fan_out))
