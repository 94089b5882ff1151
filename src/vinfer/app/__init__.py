"""The programs, and the one place where things are wired."""
