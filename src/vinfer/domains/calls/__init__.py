"""Calls: every attempt to reach a person, from the intent to dial to its outcome."""
