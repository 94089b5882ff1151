"""The model catalogue: which weights exist, where they come from, and that they are what they claim."""

from vinfer.adapters.models.catalog import CATALOG, Model, ModelFile, Part, by_id
from vinfer.adapters.models.store import ModelMissing, ModelStore, ModelTampered

__all__ = [
    "CATALOG",
    "Model",
    "ModelFile",
    "ModelMissing",
    "ModelStore",
    "ModelTampered",
    "Part",
    "by_id",
]
