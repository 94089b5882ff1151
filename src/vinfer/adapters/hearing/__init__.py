"""Hearing a live call: voice activity, turn taking and recognition together."""
