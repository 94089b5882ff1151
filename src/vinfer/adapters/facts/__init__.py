"""Databases that are told facts of calls."""
