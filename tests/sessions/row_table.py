"""The table of README.md: every known way round the policy, and the tests that were played for it."""
import pathlib
import re

README = pathlib.Path(__file__).with_name("README.md")
BEGIN, END = "<!-- rows: evasion.py --table -->\n", "<!-- end of rows -->\n"
NAMED = 6  # So many tests of a row are named.

ROWS = {
    1: "letter case", 2: "inline forms, quotes, escapes", 3: "NUL behind a name or value", 4: "cut at any byte",
    5: "hidden in a pipeline, behind a blocking command, behind QUIT", 6: "junk in place of line ends", 7: "wrong lengths",
    8: "lengths that only a lax reader takes", 9: "NUL in a head", 10: "RESP3 heads, HTTP", 11: "several pairs of CONFIG SET",
    12: "globs and abbreviations", 13: "blanks and quotes inside values", 14: "other names of parameters and commands",
    15: "container and subcommand in one word", 16: "odd forms of numbers", 17: "renamed commands", 18: "inside MULTI",
    19: "scripts and functions", 20: "what the server grants to local clients", 21: "REPLICAOF, FAILOVER, CLUSTER",
    22: "modules, and files where the client wants them", 23: "RESTORE, MIGRATE", 24: "who may pass: ACL, passwords",
    25: "the listener", 26: "limits and other parameters", 27: "denial of service", 28: "replication commands",
    29: "commands of other engines", 30: "another user", 31: "surplus replies", 32: "replies that do not come",
    33: "another way to the server", 34: "one large argument", 35: "many small arguments", 36: "many requests in a pipeline",
    37: "many requests in MULTI", 38: "a long argument announced", 39: "many arguments announced", 40: "lines without an end",
    41: "half a request", 42: "small command, large effect", 43: "large replies", 44: "deep nesting", 45: "large requests that are refused",
    46: "refusals that nobody reads", 47: "messages for a slow subscriber", 48: "a browser",
}
# What no guard can stop, or no test of ours can show: where that is said.
ELSEWHERE = {
    33: "not a matter of the guard: [POLICY.md](../../docs/POLICY.md), \"What a guard can not do\"",
}


def tests_of(names: list[str], row: int) -> list[str]:
    """What was played for the row, each once however it was cut."""
    begin = f"E{row} "
    return list(dict.fromkeys(re.sub(r", (byte by byte|in parts|one request after the other)$", "", name.removeprefix(begin))
                              for name in names if name.startswith(begin)))


def table(names: list[str]) -> str:
    lines = ["| row | way round | tests |", "|---|---|---|"]
    for row, what in ROWS.items():
        tests = tests_of(names, row)
        # No number of the others: the parameters of another version of Redis are others.
        named = "; ".join(t.replace("|", "\\|") for t in tests[:NAMED]) + ("; and more" if len(tests) > NAMED else "")
        lines.append(f"| E{row} | {what} | {named or ELSEWHERE.get(row, '**none**')} |")
    return "\n".join(lines) + "\n"


def check(results, write: bool = False) -> None:
    """Each row has been played, and the table says by what."""
    for row in ROWS:
        played = any(name.startswith(f"E{row} ") for name in results.names)
        if not played and row not in ELSEWHERE:
            results.add(f"row E{row} has a test", "none was played")
        if played and row in ELSEWHERE:
            results.add(f"row E{row} is elsewhere", "it has tests: take it out of ELSEWHERE")
    now = table(results.names)
    text = README.read_text()
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    if write:
        README.write_text(before + BEGIN + now + END + after)
        return
    changed = [line for line in now.splitlines() if line not in old.splitlines()]
    results.add("the table in README.md is what was played", f"evasion.py --table writes it; differs: {changed[:3]}" if now != old else "")
