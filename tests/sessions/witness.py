"""Did anything denied reach the real server? Its own statistics and MONITOR are asked, not the guard."""
import concurrent.futures
import re
import subprocess

import guard
from wire import Client, request as r

DENIED = re.compile(rb"^-ERR respguard: ")
# What a script of ours may look for in MONITOR's lines: words as the server quotes them.
_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"')


def refused_names(names: list[str], config: tuple[str, ...] = ()) -> set[str]:
    """Those that the guard's rules reject or close whatever their arguments are."""
    def refused(name: str) -> bool:
        return subprocess.run([guard.executable(), "policy", "test", *config, "--", *name.split("|")],
                              capture_output=True).returncode == 2
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return {name for name, is_refused in zip(names, pool.map(refused, names)) if is_refused}


class Server:
    """The real one, asked directly.

    Two witnesses: its command statistics, which count what was executed, refused or failed, and MONITOR, which
    has arguments and order but shows neither administrative commands nor what was refused.
    """

    def __init__(self, process, guarded: bool = True):
        self.client = Client(process.port)
        self.monitor = Client(process.port)
        self.monitor.ask("MONITOR")
        self.names = re.findall(rb"\$\d+\r\n([^\r]+)\r\n", self.ask("COMMAND", "LIST"))
        # `config|set` as a whole is not refused, but none of our requests sets anything that is allowed.
        self.forbidden = (refused_names([n.decode() for n in self.names]) | {"config|set"}) if guarded else set()
        self.config = self.parameters()
        self.marks = 0
        self.forget()

    def ask(self, *words) -> bytes:
        self.client.send(r(*words))
        return self.client.read_replies(1)

    def parameters(self) -> bytes:
        return self.ask("CONFIG", "GET", "*")

    def forget(self) -> None:
        """What was seen until now was expected."""
        self.config = self.parameters()
        self.executed()
        self.ask("CONFIG", "RESETSTAT")

    def calls(self, executed_only: bool = False) -> dict[str, int]:
        """Of denied commands: how often the server executed one, or looked at one and refused it."""
        seen = {}
        for line in self.ask("INFO", "commandstats").split(b"\r\n"):
            match = re.match(rb"cmdstat_([^:]+):calls=(\d+),.*rejected_calls=(\d+),failed_calls=(\d+)", line)
            if match and match[1].decode() in self.forbidden:
                calls = int(match[2]) + (0 if executed_only else int(match[3]) + int(match[4]))
                if calls:
                    seen[match[1].decode()] = calls
        return seen

    def executed(self) -> list[list[bytes]]:
        """What MONITOR has shown since it was last asked, scripts' own calls included."""
        self.marks += 1
        mark = b"monitored-%d" % self.marks
        self.ask("ECHO", mark)
        lines = self.monitor.read_while(lambda data: mark not in data).split(b"\r\n")
        seen = [_WORD.findall(line.partition(b"]")[2]) for line in lines if b"]" in line]
        return [words for words in seen if words and words[-1] != mark]

    def untouched(self) -> str:
        """Empty, or what is wrong."""
        if calls := self.calls():
            return f"arrived: {calls}"
        for words in self.executed():
            name = words[0].lower().decode(errors="replace")
            sub = name + "|" + words[1].lower().decode(errors="replace") if len(words) > 1 else ""
            if self.forbidden & {name, sub}:
                return f"MONITOR saw {words}"
        if (now := self.parameters()) != self.config:
            changed = set(now.split(b"\r\n")) ^ set(self.config.split(b"\r\n"))
            return f"parameters were changed: {sorted(changed)[:6]}"
        return ""


def replies_of(port: int, segments: list[bytes], expect_end: bytes) -> bytes:
    with Client(port) as client:
        for segment in segments:
            client.send(segment)
        return client.read_while(lambda data: not data.endswith(expect_end))


def all_of(port: int, data: bytes, *more: bytes) -> tuple[bytes, bool]:
    """Everything that comes for this on a connection of its own, and whether the guard ended it.

    Behind it comes an ECHO, so that nobody waits for silence.
    """
    with Client(port) as client:
        for part in (data, *more):
            client.send(part)
        client.send(r("ECHO", "the-end"))
        seen = client.read_while(lambda got: not got.endswith(b"the-end\r\n"))
        return seen, client.ended
