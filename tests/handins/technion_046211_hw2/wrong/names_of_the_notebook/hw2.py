class ImagenetteCNN(CNN):
    pass


del CNN
