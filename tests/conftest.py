"""What holds for all tests."""

from hypothesis import settings

# Without deadlines: how fast a machine is proves nothing.
settings.load_profile("ci")
