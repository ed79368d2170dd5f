#!/usr/bin/env bash
# Where nothing more can be written, a sweep says so and keeps its finished runs.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tests/program/lib/sweep.sh
source "$SOURCE_DIR/tests/program/lib/sweep.sh"

limited() (
    ulimit -f "$1"
    shift
    "$@"
)
reference

# Files of 100 kB at most: too few for the journal; then too few for an output of finished work.
sed -i 's/^events = true/events = false/' grid.toml
expect 0 "$DEMARCHE" sweep grid.toml --quiet --out whole
expect 1 limited 100 "$DEMARCHE" sweep grid.toml --quiet --out out/grid
says stderr "out/grid.part/round-0.runs: cannot be written: File too large" \
    "finished runs are kept in 'out/grid.part'; the same command goes on"
holds out grid.part
kept=$(stat -c %s out/grid.part/round-0.runs)
((kept > 50000)) || fail "only $kept bytes were kept"
expect 1 limited 100 "$DEMARCHE" sweep grid.toml --quiet --out out/grid
says stderr "File too large"
expect 0 "$DEMARCHE" sweep grid.toml --quiet --out out/grid
holds out grid
same whole out/grid

# An output that is not of this program is refused before anything runs.
mkdir mine
touch mine/notes
expect 1 "$DEMARCHE" sweep grid.toml --quiet --out mine
says stderr "mine"
[[ ! -e mine.part ]] || fail "something was run"
mkdir other.part
touch other.part/notes
expect 1 "$DEMARCHE" sweep grid.toml --quiet --out other
says stderr "other.part: holds 'notes', which is no part of unfinished work"
holds other.part notes

# Two at once would write into one folder: the second is refused.
sed -i 's/^replications = 30/replications = 3000/' grid.toml
"$DEMARCHE" sweep grid.toml --quiet --out twice 2>/dev/null &
process=$!
trap 'kill -KILL $process 2>/dev/null || true; rm -rf "$scratch"' EXIT
for _ in {1..500}; do
    [[ -e twice.part/round-0.runs ]] && break
    sleep 0.01
done
expect 1 "$DEMARCHE" sweep grid.toml --quiet --out twice
says stderr "twice.part: another process is at work on this sweep"

mkdir disk
if ! mount -t tmpfs -o size=200k tmpfs disk 2>/dev/null; then
    echo "A really full disk: skipped, this process may not mount one"
    exit 0
fi
trap 'kill -KILL $process 2>/dev/null || true; cd /; umount "$scratch/disk"; rm -rf "$scratch"' EXIT
expect 1 "$DEMARCHE" sweep grid.toml --quiet --out disk/grid
says stderr "No space left on device" "finished runs are kept"
