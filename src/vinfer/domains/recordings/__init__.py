"""Recordings: files that are reached by signed, short-lived links."""
