"""Operations on `/health`. Made by `python tools/client.py` from the OpenAPI document."""

from vinfer_client.transport import Transport


class HealthOperations(Transport):
    """Methods are named as the operations are."""

    def health(self) -> dict[str, str]:
        """Whether this process and its database answer."""
        return self.request("GET", "/v1/health")
