"""Word lists as readable source."""


def words(text: str) -> tuple[str, ...]:
    """The words of a string: a long list without a quote around each."""
    return tuple(text.split())
