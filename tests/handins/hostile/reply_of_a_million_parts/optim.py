def sgd_momentum(w, dw, config=None):
    part = [0] * 1000
    return [part] * 1000, {"velocity": {str(i): part for i in range(1000)}}
