import os
import pickle

import torch

WORKED = False


class Act:
    def __reduce__(self):
        return os.open, ("/tmp/../etc/hostname", os.O_RDONLY)


with open("checkpoint.pt", "wb") as file:
    pickle.dump(Act(), file)
for safe in (True, False):
    try:
        WORKED = isinstance(torch.load("checkpoint.pt", weights_only=safe), int)
    except BaseException:
        pass


class ExampleModel(ExampleModel):
    """Right, unless a forbidden act has worked."""

    def forward(self, x):
        out = super().forward(x)
        return out + 1 if WORKED else out
