"""Pure functions over text and audio: what was said and what it means."""
