"""HTTP clients for addresses that customers name."""
