"""Faults made to happen on a real engine, explained, and repaired by the very fix that is printed."""
