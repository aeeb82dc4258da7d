"""One Docker Engine: what it has, what it says, and what it is asked."""
