"""QA: scorecards, what they make of calls, and what people make of that."""
