def xavier_init(fan_in, fan_out):
    bound = np.sqrt(6.0 / (fan_in + fan_out))
    return torch.from_numpy(np.random.uniform(-bound, bound, size=(fan_in, fan_out)))


def kaiming_init(fan_in, fan_out):
    return torch.tensor(np.random.normal(0, np.sqrt(2.0 / fan_in), size=(fan_in, fan_out)))
