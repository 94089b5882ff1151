"""SQL of reports: what people ask of them, what workers do with them, what they show."""
