"""Denied commands as somebody would try to slip them past; each name begins with its row of the table in README.md."""
from wire import request as r

EVICT = ("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")


def config_set(*words) -> bytes:
    return r("CONFIG", "SET", *words)


# name -> bytes that hold one denied command and nothing else that would answer.
SPELLINGS = {
    "E1 as it is": r(*EVICT),
    "E1 letter case": r("cOnFiG", "sEt", "MaxMemory-Policy", "ALLKEYS-LRU"),
    "E2 inline": b"config set maxmemory-policy allkeys-lru\r\n",
    "E2 inline, only LF, tabs": b"\tconfig\tset  maxmemory-policy \x0ballkeys-lru\n",
    "E2 inline, quotes": b"'config' \"set\" 'maxmemory-policy' \"allkeys-lru\"\r\n",
    "E2 inline, escapes": b"\"\\x63onfig\" \"\\x73et\" \"maxmemory\\x2dpolicy\" \"allkeys\\x2dlru\"\r\n",
    "E2 inline, quote behind a word": b"co\"nfig\" s'et' maxmemory-policy allkeys-lru\r\n",
    "E3 NUL behind the value": config_set("maxmemory-policy", b"allkeys-lru\0x"),
    "E3 NUL behind the parameter": config_set(b"maxmemory-policy\0x", "allkeys-lru"),
    "E3 NUL behind the command": r(b"CONFIG\0x", "SET", "maxmemory-policy", "allkeys-lru"),
    "E3 NUL behind the subcommand": r("CONFIG", b"SET\0", "maxmemory-policy", "allkeys-lru"),
    "E3 NUL behind FLUSHALL": r(b"FLUSHALL\0"),
    "E6 odd line ends": b"*4\rX$6\rYCONFIGZZ$3\rXSET\r\n$16\r\nmaxmemory-policyAB$11\r\nallkeys-lruQQ",
    "E11 second of two pairs": config_set("hz", "10", "maxmemory-policy", "allkeys-lru"),
    "E11 a good pair behind it": r(*EVICT, "hz", "10"),
    "E11 many pairs": config_set(*["loglevel", "notice"] * 50, "maxmemory-policy", "allkeys-lru"),
    "E11 odd tail": r(*EVICT, "hz"),
    "E11 large": config_set("proc-title-template", "x" * 200_000, "maxmemory-policy", "allkeys-lru"),
    "E13 blank in front of the value": config_set("maxmemory-policy", " allkeys-lru"),
    "E13 blank behind the value": config_set("maxmemory-policy", "allkeys-lru "),
    "E13 quotes in the value": config_set("maxmemory-policy", '"allkeys-lru"'),
    "E14 underscores": config_set("maxmemory_policy", "allkeys-lru"),
    "E14 dots": config_set("maxmemory.policy", "allkeys-lru"),
    "E14 another name of the command": r("SLAVEOF", "127.0.0.1", "1"),
    "E20 DEBUG, which is for local clients": r("DEBUG", "SLEEP", 0),
    "E20 DEBUG off": r("DEBUG", "SET-DISABLE-DENY-SCRIPTS", 1),
    "E21 REPLICAOF": r("REPLICAOF", "NO", "ONE"), "E21 FAILOVER": r("FAILOVER"),
    "E21 CLUSTER MEET": r("CLUSTER", "MEET", "127.0.0.1", 1), "E21 CLUSTER RESET": r("CLUSTER", "RESET"),
    "E21 CLUSTER FAILOVER": r("CLUSTER", "FAILOVER"),
    "E22 MODULE LOAD": r("MODULE", "LOAD", "/tmp/x.so"), "E22 MODULE LOADEX": r("MODULE", "LOADEX", "/tmp/x.so"),
    "E22 MODULE UNLOAD": r("MODULE", "UNLOAD", "x"), "E22 SAVE": r("SAVE"),
    "E23 MIGRATE": r("MIGRATE", "127.0.0.1", 1, "k", 0, 10), "E23 RESTORE": r("RESTORE", "k", 0, "x"),
    "E23 RESTORE-ASKING": r("RESTORE-ASKING", "k", 0, "x"),
    "E24 ACL SETUSER": r("ACL", "SETUSER", "default", "nopass"), "E24 ACL DELUSER": r("ACL", "DELUSER", "x"),
    "E24 ACL LOAD": r("ACL", "LOAD"), "E24 ACL SAVE": r("ACL", "SAVE"),
    "E27 SCRIPT FLUSH": r("SCRIPT", "FLUSH"), "E27 CLIENT PAUSE": r("CLIENT", "PAUSE", 1),
    "E27 SHUTDOWN": r("SHUTDOWN", "NOSAVE"), "E27 FLUSHALL": r("FLUSHALL"), "E27 FLUSHALL SYNC": r("flushall", "SYNC"),
    "E27 FLUSHDB": r("FLUSHDB", "ASYNC"), "E27 SWAPDB": r("SWAPDB", 0, 1), "E27 CONFIG REWRITE": r("CONFIG", "REWRITE"),
    "E27 PFDEBUG": r("PFDEBUG", "ENCODING", "k"), "E27 MONITOR": r("MONITOR"),
    "E28 PSYNC": r("PSYNC", "?", -1), "E28 SYNC": r("SYNC"), "E28 REPLCONF": r("REPLCONF", "ACK", 0),
    "E19 FUNCTION LOAD": r("FUNCTION", "LOAD", "#!lua name=x\n"), "E19 FUNCTION DELETE": r("FUNCTION", "DELETE", "x"),
    "E19 FUNCTION RESTORE": r("FUNCTION", "RESTORE", "x"), "E19 FUNCTION FLUSH": r("FUNCTION", "FLUSH"),
    "E29 KEYDB.CRON": r("KEYDB.CRON", "x", "single", 1, "x", 0), "E29 RREPLAY": r("RREPLAY", "x"),
    "E29 KEYDB.MVCCRESTORE": r("KEYDB.MVCCRESTORE", "k", 1, 0, "x"), "E29 DFLY": r("DFLY", "LOAD", "x"),
    "E29 multi-master": config_set("multi-master", "yes"),
    "E29 Dragonfly's eviction": config_set("enable_heartbeat_eviction", "true"),
}
# Numbers as only a lax reader takes them.
SPELLINGS |= {f"E16 keep-alive {value!r}": config_set("tcp-keepalive", value)
              for value in ("0", "00", "+0", "-0", " 0", "0x0", "4294967296", "1e1", "")}

# name -> bytes in which a denied command hides from a parser that reads otherwise than the server, and what
# the answer begins with. The connection may end.
_HIDDEN = r("FLUSHALL")
_LAX_LENGTHS = (b"+1", b"01", b" 1", b"1 ", b"4294967297", b"18446744073709551617", b"-0", b"1e0")
HOSTILE = {
    # The server reads on behind the two bytes that stand where the line end should be.
    "E7 a length that is too short": (b"*2\r\n$4\r\nECHO\r\n$2\r\nabcd\r\n" + _HIDDEN, rb"\$2\r\nab\r\n-ERR respguard: "),
    "E7 a length that is too long": (b"*2\r\n$4\r\nECHO\r\n$20\r\nabcd\r\n" + _HIDDEN, rb"\$20\r\nabcd"),
    "E7 a payload that reads like a request": (r("ECHO", _HIDDEN) + _HIDDEN, rb"\$18\r\n\*1\r\n\$8\r\nFLUSHALL\r\n\r\n-ERR respguard: "),
    "E7 a request begins where a line ends": (b"*2\r\n$4\r\nECHO\r\n$2\r\nab*1$8\r\nFLUSHALL\r\n", rb"\$2\r\nab\r\n-ERR "),
    "E7 a count that is too small": (b"*1\r\n$4\r\nPING\r\n$8\r\nFLUSHALL\r\n", rb"\+PONG\r\n-ERR unknown command '\$8'[^\r]*\r\n-ERR respguard: "),
    "E9 NUL in a count": (b"*1\0\r\n$8\r\nFLUSHALL\r\n", rb"-ERR Protocol error"),
    "E9 NUL in a length": (b"*1\r\n$8\0\r\nFLUSHALL\r\n", rb"-ERR Protocol error"),
    "E9 NUL in an inline request": (b"FLUSHALL\0\r\n", rb"-ERR "),
    "E9 NUL in front of an inline request": (b"\0FLUSHALL\r\n", rb"-ERR "),
    "E10 a map's head": (b"%1\r\n$8\r\nFLUSHALL\r\n", rb"-ERR unknown command '%1'[^\r]*\r\n-ERR unknown command '\$8'[^\r]*\r\n-ERR respguard: "),
    "E10 a set's head": (b"~1\r\n+FLUSHALL\r\nFLUSHALL\r\n", rb"-ERR unknown command '~1'[^\r]*\r\n-ERR unknown command '\+FLUSHALL'[^\r]*\r\n-ERR respguard: "),
    "E10 an attribute in front": (b"|1\r\n+a\r\n+b\r\n" + _HIDDEN, rb"(?s)-ERR unknown command '\|1'.*-ERR respguard: "),
    "E48 POST": (b"POST / HTTP/1.1\r\nHost: x\r\n\r\n" + _HIDDEN, rb"$"),
    "E48 GET, then Host:": (b"GET / HTTP/1.1\r\nHost: x\r\n" + _HIDDEN, rb""),
    "E10 GET without Host:": (b"GET / HTTP/1.1\r\nX: y\r\n\r\nFLUSHALL\r\n", rb"(?s)-ERR .*-ERR respguard: "),
    "E31 surplus replies of a script": (r("EVAL", "return redis.error_reply('a\\r\\n+OK\\r\\n+OK')", 0) + _HIDDEN, rb"-"),
    "E31 a status with line ends": (r("EVAL", "return redis.status_reply('OK\\r\\n+QUEUED')", 0) + _HIDDEN, rb""),
    "E32 SKIP, then a blank line": (r("CLIENT", "REPLY", "SKIP") + b"\r\n" + _HIDDEN + r("ECHO", "x"),
                                    rb"-ERR respguard: [^\r]*\r\n\$1\r\nx\r\n"),  # The blank line is what is skipped.
    "E32 OFF": (r("CLIENT", "REPLY", "OFF") + _HIDDEN + r("CLIENT", "REPLY", "ON"), rb"\+OK\r\n"),
    "E5 behind QUIT": (r("QUIT") + _HIDDEN, rb"\+OK\r\n$"),
    "E5 behind a blocked request": (r("BLPOP", "none", "0.1") + _HIDDEN, rb"\*-1\r\n-ERR respguard: "),
    "E5 in the middle of a thousand": (r("PING") * 500 + _HIDDEN + r("PING") * 500, rb"(?:\+PONG\r\n){500}-ERR respguard: [^\r]*\r\n(?:\+PONG\r\n){500}"),
}
HOSTILE |= {f"E8 length {text.decode()!r}": (b"*1\r\n$" + text.replace(b"1", b"8", 1) + b"\r\nFLUSHALL\r\n", rb"-ERR Protocol error")
            for text in _LAX_LENGTHS if text != b"-0"}
HOSTILE |= {f"E8 count {text.decode()!r}": (b"*" + text + b"\r\n$8\r\nFLUSHALL\r\n", rb"-ERR Protocol error") for text in _LAX_LENGTHS}

# Not commands to Redis at all: the server says so, nothing denied can come of it.
NO_COMMANDS = {
    "E15 one word with a blank": r("CONFIG SET", "maxmemory-policy", "allkeys-lru"),
    "E15 one word with a bar": r("CONFIG|SET", "maxmemory-policy", "allkeys-lru"),
    "E15 only a bar": r("|", "SET", "maxmemory-policy", "allkeys-lru"),
    "E15 CLIENT|REPLY": r("client|reply", "OFF") + r("FLUSHALL"),
    "E12 no abbreviations": r("CONF", "SET", "maxmemory-policy", "allkeys-lru"),
    "E12 no abbreviated parameter": r("CONFIG", "GET", "maxmemory-pol"),
}

# Lua: what Redis itself forbids in scripts, and what it allows.
FORBIDDEN_IN_SCRIPTS = [
    "'config','set','maxmemory-policy','allkeys-lru'", "'debug','sleep',0", "'shutdown'", "'replicaof','no','one'",
    "'module','list'", "'script','flush'", "'acl','setuser','x'", "'client','pause',1", "'monitor'", "'save'",
    "'psync','?',-1", "'function','flush'", "'auth','x'", "'hello',3"]
ALLOWED_IN_SCRIPTS = ["'flushall'", "'flushdb'", "'swapdb',0,1", "'keys','*'", "'publish','a','b'", "'slowlog','reset'",
                      "'memory','purge'", "'select',1", "'sort','l'"]
