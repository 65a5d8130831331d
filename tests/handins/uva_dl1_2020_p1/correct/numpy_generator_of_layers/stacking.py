import modules as M


def layer_stack(n_inputs, n_hidden, n_classes):
    width = n_inputs
    for units in n_hidden:
        yield M.LinearModule(width, units)
        yield M.ELUModule()
        width = units
    yield M.LinearModule(width, n_classes)
    yield M.SoftMaxModule()
