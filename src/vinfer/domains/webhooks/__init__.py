"""Webhooks: events, delivered in order, at least once, to where a workspace wants them."""
