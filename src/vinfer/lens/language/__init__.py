"""Spoken English, Hindi and romanised Hindi as text: spelling, numbers, dates, built-in intents."""
