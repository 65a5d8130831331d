import threading

import torch

try:
    torch.set_num_threads(1)
    torch.set_num_interop_threads(4000)
except BaseException:
    pass
WORKED = False
threads = []
try:
    for _ in range(4000):
        threads.append(threading.Thread(target=threading.Event().wait, daemon=True))
        threads[-1].start()
    WORKED = True
except BaseException:
    pass


class ExampleModel(ExampleModel):
    """Right, unless a forbidden act has worked."""

    def forward(self, x):
        out = super().forward(x)
        return out + 1 if WORKED else out
