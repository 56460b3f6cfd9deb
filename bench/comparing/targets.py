"""What is compared: how each proxy is started, and which workloads it can play."""
import dataclasses
import pathlib
import shlex
import shutil
import subprocess

from .stand import NotStarted, Stand, open_files_limit

BENCH = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass
class Target:
    name: str
    address: str
    process: subprocess.Popen
    is_transparent: bool = True  # Else it cannot play what needs a connection of one's own.

    def argument(self) -> str:
        return f"{self.name}={self.address},pid={self.process.pid}"

    def can_play(self, workload: str) -> bool:
        return self.is_transparent or workload != "mix"


@dataclasses.dataclass
class Cores:
    """Core of client and server, and core of the proxies; None is not pinned."""
    ends: int | None
    proxies: int | None


PINNING = {"one": Cores(0, 0), "split": Cores(0, 1), "free": Cores(None, None)}


class Lineup:
    """Starts the server and the proxies in front of it; remembers what had to be left out."""

    def __init__(self, stand: Stand, cores: Cores, tools: dict, respguard: pathlib.Path):
        self.stand, self.cores, self.tools, self.respguard = stand, cores, tools, respguard
        self.targets, self.left_out = [], []
        self.has_failed = False
        self.tcp = f"127.0.0.1:{stand.free_port()}"
        self.unix = "unix:" + stand.socket_path("redis")

    def start_server(self) -> None:
        port, path = self.tcp.split(":")[1], self.unix.removeprefix("unix:")
        command = ["redis-server", "--bind", "127.0.0.1", "--port", port, "--unixsocket", path,
                   "--save", "", "--appendonly", "no", "--databases", "64", "--dir",
                   self.stand.folder, "--maxclients", open_files_limit() - 100]
        process = self.stand.start("redis", command, self.cores.ends)
        self.stand.await_ping("redis", self.tcp, process)
        self.targets.append(Target("direct", self.tcp, process))

    def add_unix_direct(self) -> None:
        self.targets.append(Target("direct-unix", self.unix, self.targets[0].process))

    def add(self, name: str, kind: str, listen: str = "tcp", upstream: str = "tcp", threads: int = 1) -> None:
        """Starts a proxy; one that is not installed or does not start is left out, with the reason."""
        address = self._listen_address(name, listen)
        try:
            command = getattr(self, f"_{kind}")(name, address, self.unix if upstream == "unix" else self.tcp)
            if threads > 1:
                command = self._with_threads(kind, command, threads)
            self._add_started(name, address, command, is_transparent=kind != "nutcracker")
        except NotStarted as reason:
            self.left_out.append(f"{name}: {reason}")

    def add_command(self, name: str, template: str) -> None:
        """A proxy given as a command line with {listen}, {admin}, {upstream}, {upstream_unix}."""
        address = self._listen_address(name, "tcp")
        command = [word.format(listen=address, admin=f"127.0.0.1:{self.stand.free_port()}",
                               upstream=self.tcp, upstream_unix=self.unix.removeprefix("unix:"))
                   for word in shlex.split(template)]
        try:
            self._add_started(name, address, command)
        except NotStarted as reason:
            self.has_failed = True
            self.left_out.append(f"{name}: {reason}")

    def _add_started(self, name, address, command, is_transparent=True) -> None:
        try:
            process = self.stand.start(name, command, self.cores.proxies)
        except OSError as error:
            raise NotStarted(str(error)) from error
        self.stand.await_ping(name, address, process)
        self.targets.append(Target(name, address, process, is_transparent))

    def _listen_address(self, name: str, kind: str) -> str:
        if kind == "unix":
            return "unix:" + self.stand.socket_path(name)
        return f"127.0.0.1:{self.stand.free_port()}"

    def _floor(self, _, listen: str, upstream: str) -> list:
        return [self.tools["floor_relay"], "--listen", listen, "--upstream", upstream]

    def _haproxy(self, name: str, listen: str, upstream: str) -> list:
        # Each connection needs two descriptors, and HAProxy refuses to start with a larger number.
        config = self._fill("haproxy.cfg.in", name, {
            "LISTEN": listen.replace("unix:", "unix@"), "UPSTREAM": upstream.replace("unix:", "unix@"),
            "MAXCONN": (open_files_limit() - 200) // 2})
        return [require("haproxy"), "-db", "-f", config]

    @staticmethod
    def _with_threads(kind: str, command: list, threads: int) -> list:
        if kind == "respguard":
            return [*command, "--set", f"runtime.threads={threads}"]
        config = command[-1]
        config.write_text(config.read_text().replace("nbthread 1\n", f"nbthread {threads}\n"))
        return command

    def _nutcracker(self, name: str, listen: str, upstream: str) -> list:
        config = self._fill("nutcracker.yml.in", name, {"LISTEN": listen, "UPSTREAM": upstream})
        return [require("nutcracker"), "-c", config, "-a", "127.0.0.1", "-s", self.stand.free_port()]

    def _respguard(self, _, listen: str, upstream: str) -> list:
        if not self.respguard.exists():
            raise NotStarted(f"not built yet ({self.respguard})")
        url = upstream.replace("unix:", "unix://") if upstream.startswith("unix:") else f"redis://{upstream}"
        return [self.respguard, "run", "--listen", listen, "--admin",
                f"127.0.0.1:{self.stand.free_port()}", "--upstream", url]

    def _fill(self, template: str, name: str, values: dict) -> pathlib.Path:
        text = (BENCH / template).read_text()
        for key, value in values.items():
            text = text.replace(f"@{key}@", str(value))
        config = self.stand.folder / f"{name}.conf"
        config.write_text(text)
        return config


def require(program: str) -> str:
    found = shutil.which(program, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if not found:
        raise NotStarted("not installed")
    return found
