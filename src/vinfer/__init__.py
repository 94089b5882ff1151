"""VInfer: self-hosted AI phone calls and call analysis behind one REST API."""

__version__ = "0.1.0"
