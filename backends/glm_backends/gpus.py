"""The GPUs of this machine, asked of NVIDIA's own library."""

import re

from glm_actions.errors import UsageError
from glm_actions.frozen import Frozen

_TOLD = re.compile(r"([1-9][0-9]*)x([1-9][0-9]*)")


class Gpu(Frozen):
    """One GPU."""

    name: str
    memory: int
    """Bytes in all."""


def present() -> tuple[Gpu, ...]:
    """The GPUs that are here; none if there is no driver."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        return tuple(_gpu(number) for number in range(pynvml.nvmlDeviceGetCount()))
    finally:
        pynvml.nvmlShutdown()


def _gpu(number: int) -> Gpu:
    import pynvml

    handle = pynvml.nvmlDeviceGetHandleByIndex(number)
    return Gpu(name=str(pynvml.nvmlDeviceGetName(handle)), memory=int(pynvml.nvmlDeviceGetMemoryInfo(handle).total))


def told(text: str) -> tuple[Gpu, ...]:
    """The GPUs of another machine: `4x80` is four of 80 GB.

    Raises:
        UsageError: if that is not what it says.
    """
    found = _TOLD.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} names no GPUs. Four with 80 GB each are 4x80.")
    return (Gpu(name=f"{found[2]} GB", memory=int(found[2]) * 10**9),) * int(found[1])
