"""Byte notation of tests/data/vectors/*.json.

A byte string is a JSON string with C escapes (\\r \\n \\t \\\\ \\xHH), or a list of such strings and
{"rep": string, "n": count} objects, which are joined.
"""
import re

_ESCAPE = re.compile(r"\\x[0-9a-fA-F]{2}|\\[rnt\\]")
_SHORT = {"\\r": "\r", "\\n": "\n", "\\t": "\t", "\\\\": "\\"}


def _text(text: str) -> bytes:
    def one(match: re.Match) -> str:
        token = match.group(0)
        return chr(int(token[2:], 16)) if token[1] == "x" else _SHORT[token]

    return _ESCAPE.sub(one, text).encode("latin1")


def decode(value) -> bytes:
    if isinstance(value, str):
        return _text(value)
    return b"".join(_text(part) if isinstance(part, str) else _text(part["rep"]) * part["n"] for part in value)
