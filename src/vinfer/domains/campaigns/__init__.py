"""Campaigns: who is called with which script, when, and how often."""
