"""Raw RESP over a socket: what a client sends and sees, byte by byte."""
import re
import select
import socket
import time


def request(*arguments) -> bytes:
    parts = [a if isinstance(a, bytes) else str(a).encode() for a in arguments]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)


class Client:
    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ended = False

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # Closed by the other side: what was received tells.

    def half_close(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def read_until_quiet(self, quiet: float, at_most: float = 5.0) -> bytes:
        """Everything that comes until nothing came for `quiet` seconds, or the end of the stream."""
        data, end = b"", time.monotonic() + at_most
        while not self.ended and time.monotonic() < end:
            if not select.select([self.socket], [], [], quiet)[0]:
                break
            try:
                part = self.socket.recv(1 << 18)
            except OSError:
                part = b""
            data += part
            self.ended = not part
        return data

    def read_until(self, size: int, at_most: float = 5.0) -> bytes:
        data, end = b"", time.monotonic() + at_most
        while len(data) < size and not self.ended and time.monotonic() < end:
            if select.select([self.socket], [], [], 0.1)[0]:
                try:
                    part = self.socket.recv(1 << 18)
                except OSError:
                    part = b""
                data += part
                self.ended = not part
        return data

    def ask(self, *arguments) -> bytes:
        """One request on a connection that has no other in flight; the first part of its reply."""
        self.send(request(*arguments))
        return self.read_until(1)

    def close(self) -> None:
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


_OWN_TO_THE_CONNECTION = re.compile(rb"\$2\r\nid\r\n:\d+")


def comparable(data: bytes) -> bytes:
    """Without what differs between any two connections: the client id in HELLO's reply."""
    return _OWN_TO_THE_CONNECTION.sub(b"$2\r\nid\r\n:N", data)
