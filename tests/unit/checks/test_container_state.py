"""What the kernel writes of sockets and processes."""

from __future__ import annotations

from unittest import mock

import pytest

from workbench.checks import container_state

SOCKETS = """\
  sl  local_address rem_address   st tx_queue rx_queue
   0: 00000000:1388 00000000:0000 0A 00000000:00000000
   1: 0B00007F:9C41 00000000:0000 0A 00000000:00000000
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:1388 00000000000000000000000000000000:0000 0A
"""


def test_what_listens_is_found_without_connections_and_without_dockers_own_resolver() -> None:
    container = mock.Mock()
    container.exec_run.return_value = (1, SOCKETS.encode())  # 1: a kernel without IPv6 lacks the second file
    assert container_state.listening(container) == {5000: {"00000000", "00000000000000000000000001000000"}}


@pytest.mark.parametrize(
    ("written", "shell"),
    [
        (b"python\0/degrees_api.py\0", False),
        (b"/bin/sh\0-c\0python /degrees_api.py\0", True),
        (b"-bash\0", True),
        (b"/usr/local/bin/python\0/usr/local/bin/flask\0run\0", False),
        (b"tini\0--\0python\0", False),
    ],
)
def test_a_shell_is_told_from_a_program(written: bytes, *, shell: bool) -> None:
    container = mock.Mock()
    container.exec_run.return_value = (0, written)
    assert container_state.is_shell(container_state.process_one(container)) is shell
    container.exec_run.return_value = (126, b"OCI runtime exec failed")
    assert container_state.process_one(container) == []
