"""Checks of what runs in the browser, on Node.js: lint, types, and unit tests of its logic."""
