"""A multi-layer perceptron in NumPy, made of the modules of modules.py."""

from modules import (  # noqa: F401 - for the code that you will write
    CrossEntropyModule,
    ELUModule,
    LinearModule,
    SoftMaxModule,
)


class MLP:
    """A multi-layer perceptron.

    Each hidden layer is a linear module followed by an ELU module. After them come a last linear
    module, to the classes, and a softmax module, so that the output are probabilities.
    """

    def __init__(self, n_inputs, n_hidden, n_classes):
        """Make the modules.

        Args:
            n_inputs: Number of features of each sample.
            n_hidden: List with the number of units of each hidden layer. With an empty list there
                is one linear module, from the inputs to the classes: multinomial logistic
                regression.
            n_classes: Number of classes.
        """
        # --------------------------------------------------------------------------
        # TODO: Make the modules, and keep them in attributes of self.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, x):
        """Run all modules.

        Args:
            x: Input, shape (N, n_inputs).

        Returns:
            out: Probabilities, shape (N, n_classes).
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Run the modules one after another.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out

    def backward(self, dout):
        """Run all modules backward, which fill their grads. Nothing is returned.

        Args:
            dout: Gradient of the loss with respect to the output, shape (N, n_classes).
        """
        # --------------------------------------------------------------------------
        # TODO: Run the modules' backward passes, from the last to the first.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
