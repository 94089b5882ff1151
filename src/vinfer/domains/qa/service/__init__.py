"""Scorecards, results, and how far machine and people agree."""
