from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ConvCache:
    x: Array
    w: Array
    stride: int
    pad: int


def conv_forward_naive(x: Array, w: Array, b: Array, conv_param: dict[str, int]) -> tuple[Array, ConvCache]:
    match conv_param:
        case {"stride": int(stride), "pad": int(pad)}:
            pass
        case _:
            raise ValueError(f"{conv_param=}")
    xp = np.pad(x, 2 * [(0, 0)] + 2 * [(pad, pad)])
    v = np.lib.stride_tricks.sliding_window_view(xp, w.shape[2:], axis=(2, 3))[..., ::stride, ::stride, :, :]
    if (missing := v.shape[1] - w.shape[1]) != 0:
        raise ValueError(f"{missing} channels too many")
    return np.einsum("nchwij,fcij->nfhw", v, w) + b[:, None, None], ConvCache(x, w, stride, pad)


def conv_backward_naive(dout: Array, cache: ConvCache, /) -> tuple[Array, Array, Array]:
    x, w, s, p = cache.x, cache.w, cache.stride, cache.pad
    xp = np.pad(x, 2 * [(0, 0)] + 2 * [(p, p)])
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    *_, oh, ow = dout.shape
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            view = np.s_[..., i : i + s * oh : s, j : j + s * ow : s]
            dw[:, :, i, j] = np.einsum("nfhw,nchw->fc", dout, xp[view])
            dxp[view] += np.einsum("nfhw,fc->nchw", dout, w[:, :, i, j])
    return dxp[..., p : p + x.shape[2], p : p + x.shape[3]], dw, dout.sum((0, 2, 3))


def dropout_forward(x: Array, dropout_param: dict[str, Any]) -> tuple[Array, Any]:
    if (seed := dropout_param.get("seed")) is not None:
        np.random.seed(seed)
    match dropout_param["mode"]:
        case "train":
            mask = (np.random.uniform(size=x.shape) < (p := dropout_param["p"])) / p
            return x * mask, (dropout_param, mask)
        case "test":
            return x, (dropout_param, None)
        case mode:
            raise ValueError(f"Invalid dropout mode {mode!r}")
