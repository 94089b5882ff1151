"""Scorecards applied to transcripts: verdicts with their evidence, and abstention where unsure."""
