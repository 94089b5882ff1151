"""Operations on `/models`. Made by `python tools/client.py` from the OpenAPI document."""

from vinfer_client import types as t
from vinfer_client.transport import Transport


class ModelsOperations(Transport):
    """Methods are named as the operations are."""

    def list_models(self) -> t.EngineModels:
        """Every engine: licence, version, hash, languages, and measured figures with sample
        sizes
        """
        return self.request("GET", "/v1/models")
