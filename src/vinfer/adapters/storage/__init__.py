"""Object stores, opened by URL."""

from vinfer.adapters.storage.memory import MemoryStorage
from vinfer.adapters.storage.objects import open_storage

__all__ = ["MemoryStorage", "open_storage"]
