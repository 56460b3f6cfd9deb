"""Where and with what a run was made: figures without these are worth nothing later."""
import os
import pathlib
import platform
import re
import subprocess
import time


def first_line(command: list) -> str:
    """First line that a program prints, or "" if it is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ((done.stdout or done.stderr).strip().splitlines() or [""])[0]


def cpu_model() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return found.group(1).strip() if found else platform.machine()


def is_virtual() -> bool:
    return " hypervisor" in pathlib.Path("/proc/cpuinfo").read_text()


def distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def host_kind() -> str:
    """Short name for file names: "amd-epyc-2cpu-vm"."""
    words = re.sub(r"\((R|TM)\)|CPU|Processor|@.*", "", cpu_model(), flags=re.I)
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return f"{slug}-{os.cpu_count()}cpu" + ("-vm" if is_virtual() else "")


def load_average() -> str:
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


def gather(respguard: pathlib.Path, pinning: str, command: str) -> dict:
    memory_kib = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())[1])
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    return {
        "date": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "command": command,
        "pinning": pinning,
        "machine": f"{cpu_model()}, {os.cpu_count()} CPUs{', virtual' if is_virtual() else ''}, "
                   f"{memory_kib / 1048576:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "distribution": distribution(),
        "commit": first_line(["git", "-C", str(root), "describe", "--always", "--dirty"]),
        "redis": first_line(["redis-server", "-v"]),
        "haproxy": first_line(["haproxy", "-v"]),
        "nutcracker": first_line(["nutcracker", "-V"]),
        "respguard": first_line([str(respguard), "-V"]) if respguard.exists() else "",
        "load_average_before": load_average(),
    }
