"""Plumbing that knows no product noun."""
