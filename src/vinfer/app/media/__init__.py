"""The media process: it takes due calls, rings, talks, and records what came of them."""
