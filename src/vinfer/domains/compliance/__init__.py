"""Compliance: rules, what became of them in each transcript, and what was violated."""
