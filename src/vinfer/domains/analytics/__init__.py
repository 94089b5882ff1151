"""Analytics: figures of calls by day, agent, campaign and language, kept as calls change."""
