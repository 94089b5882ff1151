"""Write the vectors of the built-in examples: `python tools/example_vectors.py` (half a minute)."""

import tempfile
from pathlib import Path

import numpy as np

from vinfer.adapters.models import ModelStore
from vinfer.adapters.nlu import shipped
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.adapters.nlu.offline import english_words
from vinfer.lens.language.hinglish import Normaliser

OUT = Path("src/vinfer/adapters/nlu/data") / shipped.FILE


def main() -> None:
    """Compute and write them as float16."""
    lines = shipped.texts(Normaliser(english_words()))
    with tempfile.TemporaryDirectory() as folder:
        rows = Embedder(ModelStore(Path(folder))).vectors(lines).astype(np.float16)
    np.savez_compressed(OUT, digest=np.array(shipped.digest(lines)), rows=rows)
    print(f"{OUT}: {len(lines)} vectors, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
