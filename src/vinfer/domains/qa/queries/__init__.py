"""SQL of scorecards and of what they make of calls."""
