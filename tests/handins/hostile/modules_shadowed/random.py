# whole file
seed = random = None
