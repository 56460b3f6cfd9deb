"""How many bytes wait in the kernel's TCP sockets, by netlink (sock_diag(7)).

/proc/net/tcp says the same, but lists every connection that lingers in TIME_WAIT: after some thousands of
them one look takes 20 ms, and the suites take hundreds.
"""
import socket
import struct
from collections.abc import Iterator

_SOCK_DIAG = 4  # NETLINK_SOCK_DIAG
_BY_FAMILY = 20  # SOCK_DIAG_BY_FAMILY
_DUMP = 0x301  # NLM_F_REQUEST | NLM_F_DUMP
_DONE, _ERROR = 3, 2
_ALL_STATES, _TIME_WAIT, _LISTEN = 0xFFF, 1 << 6, 1 << 10  # A listening socket's queue counts connections.


def tcp_queues() -> Iterator[tuple[int, int, int]]:
    """(own port, peer's port, bytes received and not read or sent and not acknowledged) of each IPv4 socket."""
    states = _ALL_STATES & ~_TIME_WAIT & ~_LISTEN
    asked = struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0, states) + bytes(48)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
        kernel.sendto(struct.pack("=IHHII", 16 + len(asked), _BY_FAMILY, _DUMP, 1, 0) + asked, (0, 0))
        while True:
            data = kernel.recv(1 << 18)
            while data:
                size, kind = struct.unpack_from("=IH", data)
                if kind == _DONE:
                    return
                if kind == _ERROR:
                    raise OSError(-struct.unpack_from("=i", data, 16)[0], "sock_diag")
                own, peer = struct.unpack_from(">HH", data, 20)
                unread, unsent = struct.unpack_from("=II", data, 72)
                yield own, peer, unread + unsent
                data = data[(size + 3) & ~3:]
