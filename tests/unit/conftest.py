"""What several modules need: a machine on which no engine answers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest


@pytest.fixture(name="no_engine")
def fixture_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lead docker-py to a socket where nobody listens, by a context of the CLI and without DOCKER_HOST."""
    name = "nowhere"
    context = tmp_path / "contexts/meta" / hashlib.sha256(name.encode()).hexdigest()
    context.mkdir(parents=True)
    endpoint = {"Host": f"unix://{tmp_path}/docker.sock", "SkipTLSVerify": False}
    (context / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}))
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": name}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
