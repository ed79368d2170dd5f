#!/usr/bin/env bash
# A million runs of configs/minimal.toml in the points of a Saltelli design, killed in the middle and
# resumed: fails above 1 GiB of memory. Takes some minutes.
#
#   bench/million_runs.sh [PROGRAM]     PROGRAM: build/release/demarche (default)
set -euo pipefail
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/..
program=$(readlink -f "${1-$root/build/release/demarche}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cp "$root/configs/minimal.toml" .
cat >million.toml <<'TOML'
name = "million"
scenario = "minimal.toml"
replications = 1

[design]
kind = "saltelli"
rows = 125000

[axis]
face = { path = "state.BRN.face", range = [0, 2] }
discretion = { path = "state.ALD.discretion", range = [0, 1] }
alderian_pacifism = { path = "state.ALD.pacifism", range = [0, 1] }
brennian_pacifism = { path = "state.BRN.pacifism", range = [0, 1] }
reciprocity = { path = "state.BRN.reciprocity", range = [0, 2] }
steepness = { path = "ladder.steepness", range = [1, 4] }

[outcome]
protest = { what = "reaches", rung = 2 }
hostility = { what = "escalation", scale = "rivera", of = "BRN" }
TOML

# measured COMMAND...: runs it and prints its peak memory and its time; its exit code
measured() {
    python3 - "$@" <<'PYTHON'
import resource, subprocess, sys, time
begun = time.time()
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"peak memory {used.ru_maxrss / 1024:.0f} MiB, {time.time() - begun:.0f} s, "
      f"{used.ru_utime + used.ru_stime:.0f} s of processor")
sys.exit(1 if used.ru_maxrss > 1024 * 1024 else code)
PYTHON
}

"$program" sweep million.toml --out out --quiet &
process=$!
while kill -0 $process 2>/dev/null && (($(stat -c %s out.part/round-0.runs 2>/dev/null || echo 0) < 50000000)); do
    sleep 1
done
kill -KILL $process
wait $process 2>/dev/null || true
echo "killed with $(stat -c %s out.part/round-0.runs) bytes of results"
measured "$program" sweep million.toml --out out
(($(wc -l <out/runs.csv) == 1000001)) || { echo "not a million runs" >&2; exit 1; }
ls -l out
