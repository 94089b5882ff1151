"""Understanding engines."""
