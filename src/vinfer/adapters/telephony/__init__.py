"""Telephone engines: SIP, and a line made of values."""
