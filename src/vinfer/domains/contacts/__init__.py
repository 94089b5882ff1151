"""Contacts: the people a campaign calls, and those nobody may call."""
