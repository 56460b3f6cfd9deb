"""Sees how far a real redis-server, and a guard in front of it, have come: no test has to guess a time to wait."""
import pathlib
import time

from queues import tcp_queues
from wire import AT_MOST, Client, request as r

# Streams that went directly may leave connections which the server keeps for ever (docs/PROTOCOL.md, D4).
EMPTY = [r("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"), r("CLIENT", "KILL", "TYPE", "pubsub"), r("SCRIPT", "FLUSH"),
         r("FLUSHALL")]


def _runs(pid: int) -> bool:
    """A thread of the process has something to do: it is not waiting for input or time."""
    for stat in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            state = stat.read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue  # A thread that just ended.
        if state in "RD":
            return True
    return False


class Observer(Client):
    """A connection straight to the server, beside the one that is tested."""

    def __init__(self, server, *guards):
        super().__init__(server.port)
        self._ports = {process.port for process in (server, *guards)}
        self._pids = [process.pid for process in (server, *guards)]
        self._own_port = self.socket.getsockname()[1]

    def empty(self) -> None:
        """No other clients, scripts or keys."""
        for one in EMPTY:
            self.send(one)
            self.read_line()

    def is_alone(self) -> bool:
        """Waits until the server has no other client."""
        end = time.monotonic() + AT_MOST
        while self.ask_bulk("CLIENT", "LIST").count(b" addr=") != 1:
            if time.monotonic() > end:
                return False
        return True

    def id_of(self, name: str) -> int:
        """Of the client that called itself so."""
        for line in self.ask_bulk("CLIENT", "LIST").decode().splitlines():
            if f" name={name} " in line:
                return int(line.split()[0].removeprefix("id="))
        raise RuntimeError(f"no client is called {name}")

    def read_settled(self, client: Client) -> bytes:
        """All that `client` gets for what was sent so far.

        Nothing more comes, unless another client or a timeout makes it, once no byte is on its way, no
        process has anything to do, and the server has answered us a few times since.
        """
        return self.read_all_settled([client])[0]

    def read_all_settled(self, clients: list[Client]) -> list[bytes]:
        """The same for several clients; no others may have something to read."""
        data = [b""] * len(clients)
        end = time.monotonic() + AT_MOST

        def more() -> bool:
            parts = [client.read_until_quiet(0) for client in clients]
            data[:] = [have + part for have, part in zip(data, parts)]
            return any(parts)

        while not all(client.ended for client in clients) and time.monotonic() < end:
            if more() or self._busy():
                continue
            for _ in range(4):
                self.ask("PING")
            if not self._busy() and not more():
                break
        return data

    def _busy(self) -> bool:
        return self._bytes_under_way() or any(_runs(pid) for pid in self._pids) or self._bytes_under_way()

    def _bytes_under_way(self) -> bool:
        """Sent and not read yet, on any connection of the processes but ours."""
        return any(waiting and (own in self._ports or peer in self._ports) and self._own_port not in (own, peer)
                   for own, peer, waiting in tcp_queues())
