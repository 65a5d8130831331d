def affine_forward(x, w, b):
return None
