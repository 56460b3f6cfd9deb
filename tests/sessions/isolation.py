#!/usr/bin/env python3
"""Key isolation against a real redis-server: with `keys_outside` no command touches a foreign key.

First a table: each command that names keys, once with own keys only (passes) and once with a foreign key in
each place (refused). Then random calls of every command the server has. Witnesses: COMMAND GETKEYS (where it
names a foreign key, the guard must have refused), what the foreign keys hold, which keys there are, and a word
in every foreign value that no reply may contain.
"""
import argparse
import random
import re
import sys
import time

import guard
from wire import Client, request as r
from results import Results
from witness import DENIED

HEAD = "[policy]\npresets = []\nbarrier = \"0\"\n[probe]\ninterval = \"0\"\n[[policy.rule]]\nid = \"own\"\naction = \"reject\"\n"
MARK = "foreignvalue"
FOREIGN = {
    "bad:str": ("SET", "{}", MARK), "bad:list": ("RPUSH", "{}", MARK), "bad:set": ("SADD", "{}", MARK), "bad:hash": ("HSET", "{}", "f", MARK),
    "bad:zset": ("ZADD", "{}", 1, MARK), "bad:stream": ("XADD", "{}", "1-1", "f", MARK), "bad:geo": ("GEOADD", "{}", 1, 1, MARK),
}
OWN = {"ee:str": ("SET", "{}", "1"), "ee:list": ("RPUSH", "{}", "str", "hash", "list"), "ee:set": ("SADD", "{}", "str", "x"), "ee:hash": ("HSET", "{}", "f", 1),
       "ee:zset": ("ZADD", "{}", 1, "str", 2, "hash"), "ee:stream": ("XADD", "{}", "1-1", "f", "v"), "ee:geo": ("GEOADD", "{}", 1, 1, "str")}

# K is the place of a key.
CALLS = """
GET K|SET K 1|GETSET K 1|GETDEL K|GETEX K PERSIST|APPEND K x|STRLEN K|INCR K|INCRBYFLOAT K 1|SETRANGE K 0 x|GETRANGE K 0 1|SUBSTR K 0 1
SETNX K 1|SETEX K 9 1|PSETEX K 9000 1|MSET K 1 K 2|MSETNX K 1 K 2|MGET K K K|SETBIT K 1 1|GETBIT K 1|BITCOUNT K|BITPOS K 1
BITOP AND K K K|BITOP NOT K K|BITFIELD K GET u8 0|BITFIELD_RO K GET u8 0|LCS K K|LCS K K LEN|PFADD K x|PFCOUNT K K|PFMERGE K K K
DEL K K|UNLINK K K|EXISTS K K|TOUCH K K|EXPIRE K 9|PEXPIREAT K 9999999999999|TTL K|EXPIRETIME K|PERSIST K|TYPE K|DUMP K|RENAME K K
RENAMENX K K|COPY K K|COPY K K DB 1 REPLACE|MOVE K 1|OBJECT ENCODING K|OBJECT FREQ K|MEMORY USAGE K|MEMORY USAGE K SAMPLES 1|WATCH K K
RESTORE K 0 x|MIGRATE 127.0.0.1 1 K 0 10|MIGRATE 127.0.0.1 1 "" 0 10 KEYS K K|MIGRATE 127.0.0.1 1 "" 0 10 COPY AUTH2 u p KEYS K
SORT K|SORT_RO K|SORT K ALPHA STORE K|SORT K BY K_* STORE K|SORT K GET K_*|SORT K BY K_*->f GET # GET K_*->f LIMIT 0 1 ALPHA STORE K
LPUSH K 1|RPUSHX K 1|LPOP K|RPOP K 2|LLEN K|LINDEX K 0|LINSERT K BEFORE a b|LRANGE K 0 -1|LREM K 0 x|LSET K 0 x|LTRIM K 0 9|LPOS K x
RPOPLPUSH K K|LMOVE K K LEFT LEFT|BLMOVE K K LEFT LEFT 0.01|BRPOPLPUSH K K 0.01|BLPOP K K 0.01|BRPOP K K 0.01|LMPOP 2 K K LEFT|BLMPOP 0.01 2 K K LEFT
SADD K x|SREM K x|SMOVE K K x|SISMEMBER K x|SMISMEMBER K x|SMEMBERS K|SCARD K|SPOP K|SRANDMEMBER K|SSCAN K 0|SINTER K K|SINTERCARD 2 K K LIMIT 1
SINTERSTORE K K K|SUNION K K|SUNIONSTORE K K K|SDIFF K K|SDIFFSTORE K K K|HSET K f 1|HGET K f|HGETALL K|HSCAN K 0|HRANDFIELD K|HINCRBY K f 1
ZADD K 1 x|ZINCRBY K 1 x|ZRANGE K 0 -1|ZRANGESTORE K K 0 -1|ZRANGEBYSCORE K 0 1|ZRANK K x|ZSCORE K x|ZSCAN K 0|ZPOPMIN K|BZPOPMIN K K 0.01
ZMPOP 2 K K MIN|BZMPOP 0.01 2 K K MIN|ZUNION 2 K K|ZUNION 2 K K WEIGHTS 1 1 WITHSCORES|ZUNIONSTORE K 2 K K WEIGHTS 1 1 AGGREGATE MAX|ZINTERSTORE K 2 K K
ZINTERCARD 2 K K|ZDIFF 2 K K|ZDIFFSTORE K 2 K K|GEOADD K 1 1 x|GEODIST K a b|GEOPOS K x|GEOSEARCH K FROMMEMBER str BYRADIUS 9 m
GEOSEARCHSTORE K K FROMMEMBER str BYRADIUS 9 m|GEORADIUS K 1 1 9 m|GEORADIUS K 1 1 9 m STORE K|GEORADIUS K 1 1 9 m STORE K STOREDIST K
GEORADIUSBYMEMBER K str 9 m STORE K|GEORADIUSBYMEMBER K str 9 m COUNT 1 ASC STOREDIST K|GEORADIUS_RO K 1 1 9 m
XADD K * f v|XLEN K|XRANGE K - +|XDEL K 1-1|XTRIM K MAXLEN 9|XREAD STREAMS K K 0 0|XREAD COUNT 1 BLOCK 1 STREAMS K K $ $|XINFO STREAM K|XINFO GROUPS K
XGROUP CREATE K g $ MKSTREAM|XREADGROUP GROUP g c STREAMS K >|XREADGROUP GROUP streams streams COUNT 1 STREAMS K K > >|XACK K g 1-1|XPENDING K g
XCLAIM K g c 0 1-1|XAUTOCLAIM K g c 0 0|XSETID K 9-9|EVAL "return 1" 1 K|EVAL "return 1" 2 K K x|EVAL_RO "return 1" 1 K|EVALSHA aaaa 2 K K|FCALL f 1 K
FCALL_RO f 2 K K|COMMAND GETKEYS GET x|DEBUG OBJECT K
"""
# By the server's own table these may have more keys than their arguments tell.
NEVER = {"MIGRATE", "DEBUG"}
# Whose keys can not be known, or only by their patterns: what is refused, what passes.
UNKNOWN = ["KEYS *", "KEYS e*", "KEYS bad:*", "SCAN 0", "SCAN 0 COUNT 5", "SCAN 0 MATCH *", "SCAN 0 MATCH e*", "SCAN 0 MATCH ee:* MATCH *", "SCAN 0 MATCH * MATCH ee:*",
           "SCAN 0 TYPE string", "RANDOMKEY", "FLUSHALL", "FLUSHDB", "SWAPDB 0 1", "NOSUCH.COMMAND x"]
KNOWN = ["KEYS ee:*", "KEYS ee:a?c", "KEYS ee:[", "SCAN 0 MATCH ee:*", "SCAN 0 match ee:x* COUNT 5", "PING", "INFO", "EVAL \"return 1\" 0",
         "PUBLISH bad:channel x", "SELECT 0", "CLIENT GETNAME"]
# Not played at random: what ends, changes or silences the connection or the server, or starts a transaction.
LEFT_OUT = {"monitor", "sync", "psync", "shutdown", "replicaof", "slaveof", "failover", "quit", "replconf", "debug", "auth", "hello", "subscribe",
            "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe", "client|reply", "client|kill", "client|pause", "client|tracking",
            "client|unblock", "cluster|reset", "wait", "reset", "multi", "exec", "select", "config|set", "config|resetstat", "restore-asking"}
WORDS = ["1", "2", "0", "STORE", "store", "STREAMS", "KEYS", "MATCH", "*", "BY", "GET", "bad:*", "bad:*->f", "ee:*", "LIMIT", "COUNT", "LEFT", "GROUP",
         "AND", "m", "COPY", "REPLACE", "AGGREGATE", "STORE\0x", "FROMMEMBER", "ASC", "$", ">", "MIN", "BLOCK", "g", "str", "hash"]


def words_of(call: str) -> list[str]:
    return [w[1:-1] if w.startswith('"') else w for w in re.findall(r'"[^"]*"|\S+', call)]


class Data:
    """The server's keys, foreign and own."""

    def __init__(self, direct: Client):
        self.direct = direct
        self.fill()

    def fill(self) -> None:
        self.direct.ask("FLUSHALL")
        for key, words in {**FOREIGN, **OWN}.items():
            self.direct.ask(*[key if w == "{}" else w for w in words])
        self.digests = self.foreign()

    def foreign(self) -> bytes:
        self.direct.send(r("DEBUG", "DIGEST-VALUE", *FOREIGN))
        return self.direct.read_replies(1)

    def harmed(self) -> str:
        if self.foreign() != self.digests:
            return "a foreign key was changed"
        self.direct.send(r("KEYS", "*"))
        keys = re.findall(rb"\r\n([^$\r][^\r]*)", self.direct.read_replies(1))
        strange = [key for key in keys if not key.startswith(b"ee:") and key.decode(errors="replace") not in FOREIGN]
        return f"created: {strange}" if strange else ""


def answer(client: Client, words: list[str]) -> bytes:
    client.send(r(*words))
    return client.read_replies(1)


def table(results: Results, port: int, data: Data) -> None:
    calls = [call for line in CALLS.strip().splitlines() for call in line.split("|")]
    foreign = list(FOREIGN)
    for number, call in enumerate(calls):
        places = [i for i, word in enumerate(words_of(call)) if word.startswith("K") and word.removeprefix("K").lstrip("_*->f") == ""]
        wrong = []
        for bad in (None, *places):
            words = words_of(call)
            for place in places:
                own = "bad:*" if "_" in words[place] and place == bad else "ee:*" if "_" in words[place] else f"ee:new{number}"
                if place == bad and "_" not in words[place]:
                    own = foreign[number % len(foreign)]
                words[place] = own + words[place].partition("_*")[2]
            with Client(port) as client:
                seen = answer(client, words)
            if bool(DENIED.match(seen)) == (bad is None and call.split()[0] not in NEVER):
                wrong.append(f"{' '.join(words)} -> {seen[:100]!r}")
            if MARK.encode() in seen:
                wrong.append(f"{' '.join(words)} shows a foreign value")
        results.add(call, "; ".join(wrong) or data.harmed())
    print(f"{len(calls)} calls with keys")


def unknown(results: Results, server) -> None:
    nameless = ["SCAN 0", "SCAN 0 COUNT 5", "RANDOMKEY", "NOSUCH.COMMAND x"]  # Without a pattern that could be compared.
    for rule, refused, passes in (
            ('match = { keys_outside = ["ee:*"] }', UNKNOWN, KNOWN),
            ("match = { keys_unknown = true }", [*nameless, "FLUSHALL", "FLUSHDB", "SWAPDB 0 1"], ["GET bad:str", *[c for c in KNOWN if not c.startswith(("KEYS", "SCAN"))]]),
            ('match = { keys_outside = ["ee:*"], keys_unknown = false }', ["GET bad:str", "KEYS *", "SCAN 0 MATCH *"], [*nameless, *KNOWN])):
        with guard.guard(server.port, HEAD + rule + "\n") as running:
            for call, wanted in [(c, True) for c in refused] + [(c, False) for c in passes]:
                with Client(running.port) as client:
                    seen = answer(client, words_of(call))
                results.add(f"{call} with {rule}", "" if bool(DENIED.match(seen)) == wanted else f"answered {seen[:200]!r}")


def any_command(results: Results, port: int, data: Data, seconds: float, seed: int) -> None:
    names = [n.decode() for n in re.findall(rb"\$\d+\r\n([^\r]+)\r\n", answer(data.direct, ["COMMAND", "LIST"]))]
    names = [n for n in names if n not in LEFT_OUT]
    words, calls, refused, oracle, wrong = [*FOREIGN] * 2 + [*OWN] * 3 + WORDS, 0, 0, 0, 0
    dice, end, client = random.Random(seed), time.monotonic() + seconds, Client(port)
    while time.monotonic() < end and wrong < 5:
        name = dice.choice(names)
        call = name.split("|") + [dice.choice(words) for _ in range(dice.randint(0, 8))]
        if name.startswith("b") or name.startswith("xread"):
            call.append("0.001")
        problem = ""
        keys = answer(data.direct, ["COMMAND", "GETKEYS", *call])
        names_foreign = keys.startswith(b"*") and any(k.startswith(b"bad:") for k in keys.split(b"\r\n"))
        seen = answer(client, call)
        calls += 1
        oracle += names_foreign
        refused += bool(DENIED.match(seen))
        if names_foreign and not DENIED.match(seen):
            problem = f"GETKEYS names {keys!r}, but the answer is {seen[:200]!r}"
        elif MARK.encode() in seen:
            problem = f"shows a foreign value: {seen[:200]!r}"
        elif calls % 50 == 0:
            problem = data.harmed()
        if problem:
            wrong += 1
            results.add(f"{call}", problem)
            data.fill()
        if client.ended or calls % 2000 == 0:
            client.close()
            client = Client(port)
            data.fill()
    client.close()
    print(f"{calls} random calls, seed {seed}: {refused} refused, of {oracle} GETKEYS names a foreign key")
    results.add("random calls", data.harmed() or ("" if calls > 100 and oracle > 10 else "too few were played"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="of random calls")
    parser.add_argument("--seed", type=int, default=0, help="0: by the clock")
    options = parser.parse_args()
    results = Results()
    with guard.redis() as server, guard.guard(server.port, HEAD + 'match = { keys_outside = ["ee:*"] }\n') as running, Client(server.port) as direct:
        data = Data(direct)
        table(results, running.port, data)
        unknown(results, server)
        data.fill()
        any_command(results, running.port, data, options.seconds, options.seed or int(time.time() * 1000))
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
