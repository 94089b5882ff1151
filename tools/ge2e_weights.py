"""Make `ge2e.npz` from the `Resemblyzer` wheel: `python tools/ge2e_weights.py WHEEL OUT.npz`.

The wheel's `pretrained.pt` is a torch file of the old kind: four pickles, then raw storages. Only
tensors are read; any other object in it is refused. Weights are kept as float16.
"""

import collections
import hashlib
import pickle
import struct
import sys
import zipfile
from io import BytesIO
from typing import Any

import numpy as np

UPSTREAM = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8", "DoubleStorage": "<f8", "IntStorage": "<i4"}
Tensor = tuple[str, int, tuple[int, ...], tuple[int, ...]]


class Reader(pickle.Unpickler):
    """Unpickles tensors as (storage, offset, shape, strides) and nothing else."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.types: dict[str, str] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Stand-ins for the few names a state dictionary needs."""
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if module == "torch._utils" and name.startswith("_rebuild_tensor"):
            return lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides)
        if module in ("torch", "torch.storage") and name in TYPES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights")

    def persistent_load(self, pid: Any) -> str:
        """Note a storage's type; its bytes follow later."""
        self.types[pid[2]] = TYPES[pid[1]]
        return pid[2]


def tensors(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of `model_state`."""
    file = BytesIO(content)
    for _ in range(3):  # magic number, protocol, machine
        Reader(file).load()
    reader = Reader(file)
    state: dict[str, Tensor] = reader.load()["model_state"]
    storages: dict[str, np.ndarray] = {}
    for key in Reader(file).load():
        (count,) = struct.unpack("<q", file.read(8))
        kind = np.dtype(reader.types[key])
        storages[key] = np.frombuffer(file.read(count * kind.itemsize), kind)
    return {
        name: np.lib.stride_tricks.as_strided(
            storages[key][offset:], shape, [step * storages[key].itemsize for step in strides]
        )
        for name, (key, offset, shape, strides) in state.items()
    }


def main(wheel: str, out: str) -> None:
    """Convert and print the hash for the catalogue."""
    content = zipfile.ZipFile(wheel).read("resemblyzer/pretrained.pt")
    if hashlib.sha256(content).hexdigest() != UPSTREAM:
        raise SystemExit("this is not the released pretrained.pt")
    state = {name: each for name, each in tensors(content).items() if "similarity" not in name}
    np.savez(out, **{name: state[name].astype(np.float16) for name in sorted(state)})
    with open(out, "rb") as file:
        print(hashlib.file_digest(file, "sha256").hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
