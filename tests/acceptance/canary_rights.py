"""What a canary earns by rights, and why: names and shapes, what does not happen, the constant 0.

The canaries themselves are in `test_canaries.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

IDENTITY = "at test time dropout is the identity, so the echo is right"
SHAPES = "names and shapes of parameters are paid for by themselves, whatever the values"
BIASES = "names and shapes are paid for by themselves, and biases do begin at zero"
ZEROS = "zero is what is asked for"
LOOPS = "what has no loops is paid for by itself, whatever it computes"
TRACES = "what leaves nothing behind is paid for by itself, and what does nothing leaves nothing"
TRAINABLE = "whether autograd tracks a tensor is paid for by itself, whatever its values"
REFUSES = "it raises on a wrong shape, which is what is asked for"
OWN_WORK = "that PyTorch's own layer is not used is paid for by itself"
STEADY = "what gives one number for every row does not depend on chance or on other rows"
NO_NUMBERS = "the function's product is an optimizer, which holds no array to spoil"
WEIGHTS = "the function's product is a network, whose weights the check sets itself"

EVERY = ("nothing", "constant", "nan", "wrong_shape", "echo", "zeros")

# Of the first assignment: points by criterion and canary.
EARNED: Mapping[tuple[str, str], tuple[float, str]] = {
    ("dropout_test_mode", "echo"): (0.8, IDENTITY),
    ("two_layer_net_init", "constant"): (0.53, SHAPES),
    ("two_layer_net_init", "nan"): (0.53, SHAPES),
    ("two_layer_net_init", "zeros"): (1.07, BIASES),
    ("fc_net_init", "constant"): (0.53, SHAPES),
    ("fc_net_init", "nan"): (0.53, SHAPES),
    ("fc_net_init", "zeros"): (1.07, BIASES),
    ("fc_net_batchnorm", "constant"): (0.4, SHAPES),
    ("fc_net_batchnorm", "nan"): (0.4, SHAPES),
    ("fc_net_batchnorm", "zeros"): (0.4, SHAPES),
    ("cnn_init", "constant"): (0.27, SHAPES),
    ("cnn_init", "nan"): (0.27, SHAPES),
    ("cnn_init", "zeros"): (0.53, BIASES),
}

# Of the other assignments: checks that canaries pass.
PASSING: Mapping[str, Mapping[str, tuple[tuple[str, ...], str]]] = {
    "mila_ift6135_hw1": {
        "initialize_weights/biases": (("zeros",), ZEROS),
        "residual_block/layers": (EVERY, SHAPES),
        "valid_loop/unchanged": (EVERY, TRACES),
        "mlp/size": (EVERY, SHAPES),
        "mlp/layers": (("nan",), SHAPES),
    },
    "ntnu_tdt4265_a3": {
        "no_traces/output": (EVERY, TRACES),
        "example_model/parameters": (EVERY, SHAPES),
    },
    "umass_ece697ls_a1_tensorflow": {
        "create_matrix_with_kaiming_normal/shapes": (("constant", "echo", "zeros"), SHAPES),
        "two_layer_fc_init/variables": (("constant", "nan", "echo", "zeros"), SHAPES),
        "three_layer_convnet_init/variables": (("constant", "nan", "echo", "zeros"), SHAPES),
        "sequential_convnet/output": (EVERY, WEIGHTS),
        "sequential_convnet/modes": (EVERY, WEIGHTS),
        "sequential_convnet/stacked": (EVERY, WEIGHTS),
        "sequential_convnet/training": (EVERY, WEIGHTS),
        "two_layer_functional/output": (EVERY, WEIGHTS),
        "two_layer_functional/modes": (EVERY, WEIGHTS),
        "optimizer_init_fn/output": (EVERY, NO_NUMBERS),
    },
    "umass_ece697ls_a1_torch": {
        "random_weight/trainable": (EVERY, TRAINABLE),
        "zero_weight/zeros": (("zeros",), ZEROS),
        "zero_weight/trainable": (EVERY, TRAINABLE),
        "check_accuracy_part2/no_graph": (EVERY, TRACES),
        "module_convnet/parameters": (EVERY, SHAPES),
        "sequential_convnet/parameters": (EVERY, WEIGHTS),
        "sequential_convnet/stacked": (EVERY, WEIGHTS),
        "sequential_convnet/scores": (EVERY, WEIGHTS),
        "sequential_convnet/training": (EVERY, WEIGHTS),
        "check_accuracy_part34/no_graph": (EVERY, TRACES),
    },
    "uva_dl1_2020_p1": {
        "linear_init/biases": (("zeros",), ZEROS),
        "linear_no_loops/features": (EVERY, LOOPS),
        "elu_no_loops/structure": (EVERY, LOOPS),
        "softmax_no_loops/structure": (EVERY, LOOPS),
        "cross_entropy_no_loops/structure": (EVERY, LOOPS),
        "layernorm_autograd/wrong_shape": (EVERY, REFUSES),
        "layernorm_autograd/own_work": (EVERY, OWN_WORK),
        "convnet/layers": (EVERY, SHAPES),
        "mlp_pytorch/evaluation": (("constant", "zeros"), STEADY),
    },
}
