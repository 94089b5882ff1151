"""What may be wrong with a link."""

from vinfer.kit.errors import Failure


class LinkInvalid(Failure):
    """Forged, expired, or its file is gone: one wording for every cause."""

    status = 404
    code = "resource_not_found"

    def __init__(self) -> None:
        super().__init__(
            "This link is not valid or has expired. Fetch the resource again for a new one."
        )


class RangeInvalid(Failure):
    """The range lies outside the file."""

    status = 416
    code = "invalid_parameter"

    def __init__(self, range: str, *, size: int) -> None:
        super().__init__(
            "The 'Range' header lies outside the file.",
            {"field": "Range", "provided": range[:200], "expected": f"bytes within 0-{size - 1}"},
        )
        self.size = size
