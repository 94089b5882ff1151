"""One folder per port, each adapter behind the port's Protocol."""
