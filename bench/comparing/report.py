"""Puts the results of all workloads into one JSON document and one Markdown page."""
import json
import pathlib


def matrix(results: list, field: str, title: str) -> str:
    """Workloads down, targets across: the medians of one ratio."""
    played = [r for r in results if any(t.get(field) for t in r["targets"])]
    names = list(dict.fromkeys(t["name"] for r in played for t in r["targets"] if t["name"] != "direct"))
    if not played or not names:
        return ""
    rows = [["workload", *names]]
    for result in played:
        medians = {t["name"]: t[field]["median"] for t in result["targets"] if t.get(field)}
        rows.append([result["workload"], *(f"{medians[n]:.2f}" if n in medians else "-" for n in names)])
    widths = [max(3, *(len(row[i]) for row in rows)) for i in range(len(rows[0]))]

    def line(row):
        cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))]
        return "| " + " | ".join(cells) + " |\n"

    rule = "|:" + "-" * (widths[0] + 1) + "".join("|" + "-" * (w + 1) + ":" for w in widths[1:]) + "|\n"
    return f"### {title}\n\n{line(rows[0])}{rule}{''.join(map(line, rows[1:]))}\n"


def overview(results: list, reference: str) -> str:
    return (matrix(results, "to_direct", "Throughput / direct")
            + matrix(results, "to_direct_by_cpu", "Throughput / direct, by CPU time")
            + matrix(results, "to_reference", f"Throughput / {reference}")
            + matrix(results, "to_reference_by_cpu", f"Throughput / {reference}, by CPU time")
            + matrix(results, "added_p50_to_reference", f"Added p50 / {reference} (less is better)")
            + matrix(results, "proxy_cpu_to_reference", f"CPU per command / {reference} (less is better)"))


def page(document: dict, tables: list) -> str:
    facts = document["facts"]
    lines = [f"- {key.replace('_', ' ')}: {value}" for key, value in facts.items() if value]
    lines += [f"- left out: {reason}" for reason in document["left_out"]]
    lines += [f"- FAILED: {reason}" for reason in document["failures"]]
    return (f"# Comparison of {facts['date'][:10]}\n\nWhat each number is: bench/README.md.\n\n"
            + "\n".join(lines) + "\n\n## Overview (medians)\n\n"
            + overview(document["results"], document["reference"]) + "## Workloads\n\n" + "".join(tables))


def save(folder: pathlib.Path, stem: str, document: dict, tables: list) -> list:
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{stem}.md", folder / f"{stem}.json"]
    paths[0].write_text(page(document, tables).rstrip() + "\n")
    paths[1].write_text(json.dumps(document, indent=1) + "\n")
    return paths
