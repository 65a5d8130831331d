import os

import torch
import torch.multiprocessing as mp

WORKED = False


def act(*_):
    os._exit(0)


for method in ("fork", "spawn", "forkserver"):
    try:
        process = mp.get_context(method).Process(target=act)
        process.start()
        WORKED = True
    except BaseException:
        pass
try:
    if os.fork() == 0:
        os._exit(0)
    WORKED = True
except BaseException:
    pass
loader = torch.utils.data.DataLoader(list(range(8)), batch_size=2, num_workers=4)
WORKED = WORKED or len({os.getpid() for _ in loader}) > 1


class ExampleModel(ExampleModel):
    """Right, unless a forbidden act has worked."""

    def forward(self, x):
        out = super().forward(x)
        return out + 1 if WORKED else out
