def two_layer_fc_init():
    return [create_matrix_with_kaiming_normal((3 * 32 * 32, 4000)), create_matrix_with_kaiming_normal((4000, 6))]
