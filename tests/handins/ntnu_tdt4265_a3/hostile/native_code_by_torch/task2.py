import torch

WORKED = False


def inline():
    from torch.utils.cpp_extension import load_inline

    return load_inline("act", "int act() { return 1; }", functions=["act"])


for act in (inline, lambda: torch.ops.load_library("/usr/lib/os-release")):
    try:
        act()
        WORKED = True
    except BaseException:
        pass


class ExampleModel(ExampleModel):
    """Right, unless a forbidden act has worked."""

    def forward(self, x):
        out = super().forward(x)
        return out + 1 if WORKED else out
