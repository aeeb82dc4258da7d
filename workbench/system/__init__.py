"""The machine, without Docker."""
