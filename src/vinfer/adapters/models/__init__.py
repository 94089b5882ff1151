"""The model catalogue: which weights there are, their origin, and proof that they are genuine."""

from vinfer.adapters.models.catalog import CATALOG, Model, ModelFile, Part
from vinfer.adapters.models.store import ModelMissing, ModelStore, ModelTampered

__all__ = [
    "CATALOG",
    "Model",
    "ModelFile",
    "ModelMissing",
    "ModelStore",
    "ModelTampered",
    "Part",
]
