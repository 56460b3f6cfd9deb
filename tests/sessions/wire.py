"""Raw RESP over a socket: what a client sends and sees, byte by byte."""
import re
import select
import socket
import time

from replies import holds

AT_MOST = 20.0  # Seconds for what must come, however busy the machine is.


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

    def _read(self, patience: float) -> bytes:
        if self.ended or not select.select([self.socket], [], [], patience)[0]:
            return b""
        try:
            part = self.socket.recv(1 << 18)
        except OSError:
            part = b""
        self.ended = not part
        return part

    def read_until_quiet(self, quiet: float) -> bytes:
        """Everything that comes until nothing came for `quiet` seconds, or the end of the stream."""
        data = b""
        while part := self._read(quiet):
            data += part
        return data

    def read_while(self, unfinished) -> bytes:
        """Until `unfinished(data)` is false, the stream ends, or AT_MOST seconds are over."""
        data, end = b"", time.monotonic() + AT_MOST
        while unfinished(data) and not self.ended and (left := end - time.monotonic()) > 0:
            data += self._read(left)
        return data

    def read_until(self, size: int) -> bytes:
        return self.read_while(lambda data: len(data) < size)

    def read_line(self) -> bytes:
        return self.read_while(lambda data: not data.endswith(b"\r\n"))

    def read_replies(self, count: int) -> bytes:
        return self.read_while(lambda data: not holds(data, count))

    def read_to_end(self) -> bytes:
        return self.read_while(lambda _: True)

    def ask(self, *arguments) -> bytes:
        """One request with a reply of one line, on a connection that has no other in flight."""
        self.send(request(*arguments))
        return self.read_line()

    def ask_bulk(self, *arguments) -> bytes:
        """One request whose reply is one bulk: its body."""
        self.send(request(*arguments))
        head, _, body = self.read_while(lambda data: b"\r\n" not in data).partition(b"\r\n")
        size = int(head[1:])
        return (body + self.read_until(size + 2 - len(body)))[:size]

    def close(self) -> None:
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


_OWN_TO_THE_CONNECTION = re.compile(rb"(\$2\r\nid|\$21\r\ntracking-redir-broken)\r\n:\d+")


def comparable(data: bytes) -> bytes:
    """Without what differs between any two connections: client ids, of HELLO's reply and of lost redirections."""
    return _OWN_TO_THE_CONNECTION.sub(rb"\1\r\n:N", data)
