"""The SQL of contacts, of people, and of the do-not-call list."""
