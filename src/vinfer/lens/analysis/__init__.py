"""What is found in a transcript: sentiment, intent, summary, topics, talk, and what must go."""
