"""The SQL of calls."""
