"""Faults of the machine, made to happen, diagnosed by a probe, and repaired by the very fix that it prints."""
