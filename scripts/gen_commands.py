#!/usr/bin/env python3
"""Writes src/command/*_data.inc: what COMMAND of a real server says, plus a few names of other engines.

    scripts/gen_commands.py                    starts a private redis-server and asks it
    scripts/gen_commands.py --url redis://...  asks that server
    scripts/gen_commands.py --check            writes nothing; exit 1 if a file in the tree differs

The same server version gives the same bytes. Needs nothing but Python 3.9 and redis-server.
"""
import argparse
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "src/command"

# Command flag or ACL category of the server -> trait of ours.
FLAGS = {"write": "write", "readonly": "readonly", "admin": "admin", "@dangerous": "dangerous", "pubsub": "pubsub",
         "no_multi": "no_multi", "blocking": "blocking"}

# What the server's table does not say. PROTOCOL.md section 8 is the source of all of it.
TRAITS = {
    "blocking": "wait waitaof",  # Flagged from 7.2 on only.
    "block_option": "xread xreadgroup",
    "script": "eval eval_ro evalsha evalsha_ro fcall fcall_ro",
    "unsafe_in_multi": "subscribe psubscribe ssubscribe unsubscribe punsubscribe sunsubscribe client|reply hello monitor"
                       " sync psync replconf",
    "secret": "auth hello acl|setuser migrate config|set",
    # Touches or shows keys that its arguments do not name one by one.
    "all_keys": "keys scan randomkey flushall flushdb swapdb migrate debug monitor sync psync replconf replicaof slaveof"
                " cluster|getkeysinslot cluster|setslot cluster|flushslot pfdebug module|load module|loadex keydb.cron rreplay dfly",
}

# ACL categories, as ACL CAT prints them; the order is that of the enum in command_table.hpp.
CATEGORIES = ("keyspace read write set sortedset list hash string bitmap hyperloglog geo stream pubsub admin fast slow"
              " blocking dangerous connection transaction scripting").split()
# What follows from a trait of a name that the server does not know.
EXTRA_CATEGORIES = {"write": "write", "readonly": "read", "admin": "admin", "dangerous": "dangerous",
                    "blocking": "blocking"}

# Their options decide where the keys stand: src/command/keys.cpp walks them as the server does, because
# the server's own key specifications can be led astray (XREADGROUP COUNT 1 GROUP STREAMS c STREAMS key >).
OWN_WALK = "xread xreadgroup sort sort_ro".split()
ROLES = {
    "subscribe": "subscribe psubscribe ssubscribe",
    "unsubscribe": "unsubscribe punsubscribe sunsubscribe",
    "client_reply": "client|reply",
    "client_setname": "client|setname",
    "config_set": "config|set",
    "takeover": "monitor sync psync replconf",
    "cross_protocol": "post host:",
    **{name: name for name in "multi exec discard hello auth select reset quit shutdown".split()},
}

# Names that Redis 7.0.15 does not have: "<name> <arity> <trait>... <keys>". What the asked server knows itself
# wins. Keys: key=1 (that argument), key=1.. (all from there), numkeys=1 (a count there, then pairs of key and value).
EXTRA = """
# A browser that was talked into speaking to a Redis port; the server closes the connection.
post 0
host: 0
# Redis 7.2
client|no-touch 3
client|setinfo 4
cluster|myshardid 2
waitaof 4 blocking
# Redis 7.4
hexpire -6 write key=1
hexpireat -6 write key=1
hexpiretime -5 readonly key=1
hpersist -5 write key=1
hpexpire -6 write key=1
hpexpireat -6 write key=1
hpexpiretime -5 readonly key=1
hpttl -5 readonly key=1
httl -5 readonly key=1
# Redis 8
cluster|migration -4 admin dangerous
cluster|slot-stats -4
delex -2 write key=1
digest 2 readonly key=1
hgetdel -5 write key=1
hgetex -5 write key=1
hsetex -6 write key=1
msetex -4 write numkeys=1
vadd -5 write key=1
vcard 2 readonly key=1
vdim 2 readonly key=1
vemb -3 readonly key=1
vgetattr 3 readonly key=1
vinfo 2 readonly key=1
vismember 3 readonly key=1
vlinks -3 readonly key=1
vrandmember -2 readonly key=1
vrange -4 readonly key=1
vrem 3 write key=1
vsetattr 4 write key=1
vsim -4 readonly key=1
xackdel -6 write key=1
xdelex -5 write key=1
# Valkey 8 and 9
client|capa -3
client|import-source 3 admin
cluster|cancelslotmigrations 2 admin dangerous
cluster|flushslot -3 admin dangerous write
cluster|getslotmigrations 2
cluster|migrateslots -4 admin dangerous
cluster|syncslots -3 admin dangerous
commandlog -2 container
commandlog|get 4 admin dangerous
commandlog|help 2
commandlog|len 3 admin dangerous
commandlog|reset 3 admin dangerous
delifeq 3 write key=1
script|show 3
# KeyDB 6.3
expiremember -4 write key=1
expirememberat 4 write key=1
keydb.cron -5 write dangerous
keydb.hrename 4 write key=1
keydb.mvccrestore 5 write dangerous key=1
keydb.nhget -2 readonly key=1
keydb.nhset -3 write key=1
mexists -2 readonly key=1..
pexpirememberat 4 write key=1
rreplay -3 write admin dangerous
# Dragonfly
dfly -2 admin dangerous
dflycluster -2 admin dangerous
"""

HEADER = """\
// Generated by scripts/gen_commands.py from the COMMAND output of {server}
// ({commands} commands, {subcommands} subcommands) and its own list of {extra} names of other engines. Do not edit.
// name, index of the container, role, arity, traits, categories
"""
KEYS_HEADER = """\
// Generated by scripts/gen_commands.py from the key specifications of {server} and its own list. Do not edit.
// index of the command, kind, first argument, last (relative; -1: the last of all), step, keyword
"""


class connection:
    """Speaks just enough RESP2 to ask a server about itself."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=5)
        self.file = self.socket.makefile("rb")

    def ask(self, *words):
        request = b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in (word.encode() for word in words))
        self.socket.sendall(b"*%d\r\n%s" % (len(words), request))
        reply = self.read()
        if isinstance(reply, Exception):
            raise reply
        return reply

    def read(self):
        line = self.file.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"*":
            return [self.read() for _ in range(int(rest))]
        if kind == b"$":
            return self.file.read(int(rest) + 2)[:-2].decode() if int(rest) >= 0 else None
        if kind == b"-":
            return RuntimeError(rest.decode())
        return int(rest) if kind == b":" else rest.decode()


def ask_server(url):
    parts = urllib.parse.urlsplit(url)
    server = connection(parts.hostname or "127.0.0.1", parts.port or 6379)
    if parts.password:
        server.ask("AUTH", *([parts.username] if parts.username else []), parts.password)
    fields = dict(line.split(":", 1) for line in server.ask("INFO", "server").splitlines() if ":" in line)
    name = fields.get("server_name", "redis")
    version = fields.get("valkey_version") or fields["redis_version"]
    return f"{name} {version}", server.ask("COMMAND")


def ask_private_server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="respguard-gen-") as folder:
        server = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL)
        try:
            for _ in range(100):
                try:
                    return ask_server(f"redis://127.0.0.1:{port}")
                except OSError:
                    time.sleep(0.05)
            raise SystemExit("gen_commands.py: redis-server did not answer")
        finally:
            server.terminate()
            server.wait()


def words(table, name):
    return [key for key, names in table.items() if name in names.split()]


def pairs(flat):
    return dict(zip(flat[::2], flat[1::2]))


def key_spec(name, reported):
    """One key specification of COMMAND -> (kind, first, last, step, keyword); None: it is not about keys."""
    spec = pairs(reported)
    if "not_key" in spec["flags"]:
        return None
    begin, find = pairs(spec["begin_search"]), pairs(spec["find_keys"])
    begin_at, found = pairs(begin["spec"]), pairs(find["spec"])
    kinds = begin["type"], find["type"]
    if kinds == ("index", "range") and found["limit"] == 0:
        return "range", begin_at["index"], found["lastkey"], found["keystep"], ""
    if kinds == ("index", "keynum"):
        return "counted", begin_at["index"] + found["keynumidx"], found["firstkey"] - found["keynumidx"], found["keystep"], ""
    if kinds == ("keyword", "range") and found["lastkey"] == 0:
        return "behind_keyword", begin_at["startfrom"], 0, 1, begin_at["keyword"].lower()
    raise SystemExit(f"gen_commands.py: {name} finds its keys by {kinds}, which nobody here understands")


def described(reported):
    """One entry of COMMAND -> name, arity, traits, categories, key specifications; its subcommands follow."""
    name, arity, flags, categories, specs, subcommands = *reported[:3], reported[6], reported[8], reported[9]
    traits = {FLAGS[f] for f in [*flags, *categories] if f in FLAGS}
    if subcommands:
        traits.add("container")
    if unknown := {c.removeprefix("@") for c in categories} - set(CATEGORIES):
        raise SystemExit(f"gen_commands.py: {name} is of the unknown categories {unknown}")
    found = []
    if name in OWN_WALK:
        found = [("own_walk", 0, 0, 0, "")]
    elif name not in TRAITS["all_keys"].split():
        found = [key_spec(name, spec) for spec in specs]
    yield name, arity, traits, {c.removeprefix("@") for c in categories}, [f for f in found if f]
    for subcommand in subcommands:
        yield from described(subcommand)


EXTRA_KEYS = {"key=1": ("range", 1, 0, 1, ""), "key=1..": ("range", 1, -1, 1, ""),
              "numkeys=1": ("counted", 1, 1, 2, "")}


def extra_commands():
    for line in EXTRA.strip().splitlines():
        if not line.startswith("#"):
            name, arity, *rest = line.split()
            keys = [EXTRA_KEYS[word] for word in rest if word in EXTRA_KEYS]
            traits = set(rest) - set(EXTRA_KEYS)
            yield name, int(arity), traits, {EXTRA_CATEGORIES[t] for t in traits if t in EXTRA_CATEGORIES}, keys


def listed(kind, names):
    return "{" + ", ".join(f"{kind}::{name}" for name in names) + "}"


def render(server, reported):
    known = {name: rest for command in reported for name, *rest in described(command)}
    subcommands = sum("|" in name for name in known)
    commands = len(known) - subcommands
    for name, *rest in extra_commands():
        known.setdefault(name, rest)
    names = ["other", *sorted(known)]
    known["other"] = (0, set(), set(), [])
    lines, key_lines = [], []
    for index, name in enumerate(names):
        arity, traits, categories, keys = known[name]
        traits = sorted(traits | set(words(TRAITS, name)))
        container = names.index(name.split("|")[0]) if "|" in name else 0
        role = (words(ROLES, name) or ["plain"])[0]
        sorted_categories = [c for c in CATEGORIES if c in categories]
        lines.append(f'{{"{name}", {container}, role::{role}, {arity}, {listed("trait", traits)},'
                     f' {listed("category", sorted_categories)}}},')
        key_lines += [f'{{{index}, key_search::{kind}, {first}, {last}, {step}, "{keyword}"}},  // {name}'
                      for kind, first, last, step, keyword in keys]
    wanted = {name for table in (TRAITS, ROLES) for value in table.values() for name in value.split()}
    if missing := sorted(wanted - set(names)):
        raise SystemExit(f"gen_commands.py: the server does not know {', '.join(missing)}")
    head = HEADER.format(server=server, commands=commands, subcommands=subcommands,
                         extra=len(names) - 1 - commands - subcommands)
    return {"command_data.inc": head + "\n".join(lines) + "\n",
            "key_data.inc": KEYS_HEADER.format(server=server) + "\n".join(key_lines) + "\n"}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--url", help="ask this server instead of a private one")
    arguments.add_argument("--check", action="store_true", help="compare only")
    options = arguments.parse_args()
    files = render(*(ask_server(options.url) if options.url else ask_private_server()))
    if options.check:
        same = all((FOLDER / name).exists() and (FOLDER / name).read_text() == text for name, text in files.items())
        print("the command table is up to date" if same else "the command table differs: run scripts/gen_commands.py")
        return 0 if same else 1
    for name, text in files.items():
        (FOLDER / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
