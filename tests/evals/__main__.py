"""Runs every evaluation of this folder: `python tests/evals`."""

import runpy
from pathlib import Path

if __name__ == "__main__":
    for script in sorted(Path(__file__).parent.glob("eval_*.py")):
        print(f"== {script.stem}")
        runpy.run_path(str(script), run_name="__main__")
