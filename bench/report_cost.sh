#!/usr/bin/env bash
# What a report costs beside the size of its output: processor seconds, seconds a gigabyte read, and how many times
# what it takes to count their lines (wc -l); the size of the page, and how soon it is interactive in
# Chromium. Means something on an idle machine only.
#
#   bench/report_cost.sh [REPLICATIONS]     of the tug of war (500)
set -euo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/..")
program=$root/build/release/demarche
replications=${1-500}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
TIMEFORMAT="%U %S %R"

# seconds COMMAND...: processor seconds and wall seconds of a command
seconds() { { time "$@" >/dev/null; } 2>&1 | awk '{ print $1 + $2, $3 }'; }
measure() { # NAME RUN_ARGUMENT...
    local name=$1 bytes cpu wall floor soon="-"
    shift
    "$program" run "$@" --quiet --out "$name"
    bytes=$(cat "$name"/*.csv | wc -c)
    read -r floor _ <<<"$(seconds wc -l "$name"/*.csv)"
    read -r cpu wall <<<"$(seconds "$program" report "$name")"
    if command -v chromium >/dev/null && [[ -e $root/build/release/npm/browser/installed ]]; then
        soon=$(CHROMIUM=$(command -v chromium) BROWSER_NPM=$root/build/release/npm/browser \
            node "$root/tests/browser/interactive.mjs" "$name/report.html")
    fi
    awk -v name="$name" -v bytes="$bytes" -v cpu="$cpu" -v wall="$wall" -v floor="$floor" -v page="$(stat -c %s "$name/report.html")" -v soon="$soon" 'BEGIN {
        printf "%-10s %6.0f MB  %5.2f s of processors (%.2f s)  %5.2f s/GB  %4.1f times wc -l  page %.1f MB  interactive %s s\n",
            name, bytes / 1e6, cpu, wall, 1e9 * cpu / bytes, cpu / floor, page / 1e6, soon }'
}
measure run "$root/configs/tug_of_war.toml"
measure recorded "$root/configs/tug_of_war.toml" --replications "$replications" --record events,crises,system
measure ensemble "$root/configs/tug_of_war.toml" --replications "$replications"
measure world "$root/configs/world.toml"
