affine_foward = affine_forward
del affine_forward
