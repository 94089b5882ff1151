"""The one typed door to onnxruntime, which ships without complete types."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnxruntime
from numpy.typing import NDArray

Array = NDArray[Any]
_ort: Any = onnxruntime


class Network:
    """A loaded network that runs on one thread. Thread-safe: concurrent runs share the weights."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        options = _ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = _ort.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def run(self, inputs: Mapping[str, Array]) -> list[Array]:
        """Compute every output."""
        return self._session.run(None, dict(inputs))
