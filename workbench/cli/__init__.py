"""What ``./tutorial`` does."""
