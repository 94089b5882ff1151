"""A telephone network of simulated people, for demos, tests and load: `vinfer simulate-phones`."""
