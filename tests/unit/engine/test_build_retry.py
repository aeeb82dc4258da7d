"""A build is tried again where a step vanished, and only there."""

from __future__ import annotations

from unittest import mock

import pytest
from docker.errors import BuildError

from workbench.engine.build_retry import retry_missing_layer

REASONS = [
    "failed to export image: failed to set parent sha256:3c: unknown parent image ID sha256:3c",
    "No such image: sha256:04c11ff68fb8",
    'unable to find image "sha256:b005acde30a5"',
    "failed to get digest sha256:1: open /var/lib/docker/image: no such file or directory",
    'failed to get destination image "sha256:f7": failed to get layer for image sha256:f7: layer does not exist',
]


def failing(*reasons: str) -> mock.Mock:
    """Make a build that fails for one reason after the other, then succeeds."""
    return mock.Mock(side_effect=[*(BuildError(reason, iter([])) for reason in reasons), "image"])


@pytest.mark.parametrize("reason", REASONS)
def test_it_is_tried_again_with_the_same_arguments(reason: str) -> None:
    build = failing(reason, reason)
    assert retry_missing_layer(build)("folder", tag="me/app:1.0") == "image"
    assert build.call_args_list == [mock.call("folder", tag="me/app:1.0")] * 3


def test_the_third_failure_counts() -> None:
    build = failing(*REASONS[-3:])
    with pytest.raises(BuildError, match="layer does not exist"):
        retry_missing_layer(build)()
    assert build.call_count == 3


@pytest.mark.parametrize(
    "reason", ["no space left on device", "COPY failed: No such image: sha256:1", 'unable to find image "nginx:1.27"']
)
def test_a_build_that_fails_by_itself_fails_at_once(reason: str) -> None:
    build = failing(reason)
    with pytest.raises(BuildError, match=reason):
        retry_missing_layer(build)()
    assert build.call_count == 1
