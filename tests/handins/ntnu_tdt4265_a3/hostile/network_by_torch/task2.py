import torch
import torch.distributed

WORKED = False
for act in (
    lambda: torch.hub.load_state_dict_from_url("http://127.0.0.1:1/weights.pt"),
    lambda: torch.distributed.TCPStore("127.0.0.1", 0, 1, True),
):
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
