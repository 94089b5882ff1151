"""Agents: a voice, a script and the rules by which a person takes over."""
