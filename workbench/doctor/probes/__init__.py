"""The probes, grouped by what they look at."""
