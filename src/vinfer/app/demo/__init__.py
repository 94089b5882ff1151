"""`vinfer demo`: a whole campaign on one machine, shown as it happens."""
