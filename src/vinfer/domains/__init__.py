"""One folder per noun; imports between nouns only go to earlier ones."""
