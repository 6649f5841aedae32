"""The kernel tells a full window from a lost path."""

import socket
import sys

import pytest

from device_agent.links import tcp


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_reader_that_reads_nothing_owes_no_acknowledgement() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plug:
        ours = socket.create_connection(plug.getsockname())
        theirs, _ = plug.accept()
        with ours, theirs:
            before = tcp.sent(ours)
            ours.sendall(b"x" * 1000)
            assert theirs.recv(1000, socket.MSG_WAITALL) == b"x" * 1000
            after = tcp.sent(ours)
            assert before is not None
            assert after is not None
            assert after.acknowledged_bytes - before.acknowledged_bytes in {0, 1000}
            assert after.unacknowledged_s < 5.0


def test_what_is_no_tcp_socket_tells_nothing() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        assert tcp.sent(datagrams) is None
