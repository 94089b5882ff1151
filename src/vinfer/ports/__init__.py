"""Protocols and frozen values for everything outside the process."""
