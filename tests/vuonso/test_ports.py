"""A taken port is answered with another one."""

import socket

from vuonso.ports import LOOPBACK, free_port


def test_a_free_port_is_given_as_wanted() -> None:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        wanted = probe.getsockname()[1]
    assert free_port(LOOPBACK, wanted) == wanted


def test_a_taken_port_is_replaced() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        wanted = taken.getsockname()[1]
        assert free_port(LOOPBACK, wanted) not in {wanted, 0}
