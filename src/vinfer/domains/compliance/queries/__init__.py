"""SQL of compliance."""
