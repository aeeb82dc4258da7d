"""Tests that need no engine, one module for each of the package's."""
