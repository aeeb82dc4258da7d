"""The parts of what CI runs, which can run beside each other."""

from __future__ import annotations

# Each with the programs that it needs; without any, it needs no engine either. From the quickest to the slowest.
PARTS: dict[str, tuple[str, ...]] = {
    "fast": (),
    "engine": ("docker", "curl"),
    "notebooks": ("docker", "curl"),
    "browser": ("docker", "curl", "chromium"),
    "faults": ("docker", "curl", "ip"),
    "mutation": ("docker", "curl"),
}
