# Sourced by the scripts beside it: the root of the checkout and a few words they share.
# shellcheck shell=bash
set -euo pipefail

# shellcheck disable=SC2034  # Used by those who source this.
caller=$PWD  # Paths among a script's arguments start here.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

die() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# The comment at the top of a script is its help text.
usage() {
    awk 'NR > 1 && (!/^#/ || /^# shellcheck/) { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
}

seconds_since() {  # seconds_since "$EPOCHREALTIME from before"
    seconds_between "$1" "$EPOCHREALTIME"
}

seconds_between() {
    awk -v a="${1/,/.}" -v b="${2/,/.}" 'BEGIN { printf "%.1f s", b - a }'
}

# A file that includes Asio takes the compiler up to 1 GB: not more at once than fit into memory.
build_jobs() {
    local by_memory
    by_memory=$(awk '/^MemAvailable/ { print int($2 / 1200000) }' /proc/meminfo)
    local jobs
    jobs=$(nproc)
    ((by_memory < jobs)) && jobs=$by_memory
    echo $((jobs > 0 ? jobs : 1))
}
