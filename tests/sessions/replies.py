"""Replies as the client sees them: cut into frames, and compared with the one refusal that no setting turns off."""
import re

_LINES = b"+-:_,#("
_BULKS = b"$=!"
_AGGREGATES = b"*~>%|"

# What a NUL byte behind a name gets from the guard, and what Redis 7 says to the same request: it has no
# such command, unless the name's hash happens to fall into the right bucket (docs/PROTOCOL.md, D13).
_NUL_REFUSED = re.compile(rb"-ERR respguard: NUL byte in a (sub)?command name\r\n\Z")
_UNKNOWN = re.compile(rb"-ERR unknown (sub)?command '")


def frames(data: bytes) -> list[bytes]:
    """The replies and pushes in `data`, byte for byte; an unfinished or broken one is the last."""
    found, start = [], 0
    while start < len(data):
        end = _end(data, start) or len(data)
        found.append(data[start:end])
        start = end
    return found


def holds(data: bytes, count: int) -> bool:
    """So many whole replies or pushes are there."""
    at = 0
    for _ in range(count):
        at = _end(data, at)
        if not at:
            return False
    return True


def _end(data: bytes, at: int) -> int:
    """Of the frame that starts at `at`; 0 if it is unfinished or broken."""
    due = 1
    while due:
        line_end = data.find(b"\r\n", at) + 2
        if line_end == 1:
            return 0
        kind, number, at = data[at], data[at + 1:line_end - 2], line_end
        due -= 1
        if kind in _BULKS and number.isdigit():
            at += int(number) + 2
        elif kind in _AGGREGATES and number.isdigit():
            # An attribute stands before a frame and is none itself.
            due += int(number) * (2 if kind in b"%|" else 1) + (kind in b"|")
        elif kind not in _LINES + _BULKS + _AGGREGATES:
            return 0
    return at if at <= len(data) else 0


def equal_but_for_nul(direct: bytes, through: bytes) -> bool:
    """Each reply the same, or the server does not know the command and the guard refused its NUL byte."""
    if direct == through:
        return True
    server, guard = frames(direct), frames(through)
    return len(server) == len(guard) and all(a == b or _refused_for_nul(a, b) for a, b in zip(server, guard))


def _refused_for_nul(direct: bytes, through: bytes) -> bool:
    unknown, refused = _UNKNOWN.match(direct), _NUL_REFUSED.match(through)
    return bool(unknown and refused) and unknown[1] == refused[1]


def check_itself() -> None:
    """Raises AssertionError if this comparison would let through what it must not."""
    whole = [b"+OK\r\n", b"$5\r\na\r\nbc\r\n", b"$-1\r\n", b"*2\r\n:1\r\n*1\r\n+x\r\n", b"%1\r\n+k\r\n$0\r\n\r\n",
             b"|1\r\n+k\r\n+v\r\n:7\r\n", b"*-1\r\n", b"_\r\n", b">2\r\n+message\r\n+m\r\n", b"-ERR x\r\n"]
    assert frames(b"".join(whole)) == whole, frames(b"".join(whole))
    assert frames(b"+OK\r\n$5\r\nab") == [b"+OK\r\n", b"$5\r\nab"]
    assert holds(b"+OK\r\n:1\r\n", 2) and not holds(b"+OK\r\n$1\r\na\r", 2)
    unknown, refused = b"-ERR unknown command 'Aj'\r\n", b"-ERR respguard: NUL byte in a command name\r\n"
    assert equal_but_for_nul(b"+OK\r\n" + unknown + b":1\r\n", b"+OK\r\n" + refused + b":1\r\n")
    assert not equal_but_for_nul(b"+OK\r\n", refused)
    assert not equal_but_for_nul(unknown + b":1\r\n", refused + b":2\r\n")
    assert not equal_but_for_nul(unknown + b":1\r\n", refused)
    assert not equal_but_for_nul(b"-ERR unknown subcommand 'x'\r\n", refused)
    assert not equal_but_for_nul(refused, unknown)
    # Inside a bulk it is data.
    assert not equal_but_for_nul(b"$5\r\nabcde\r\n", b"$5\r\nabcdf\r\n")
