"""What is said on a call, in immutable versions."""
