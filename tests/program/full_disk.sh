#!/usr/bin/env bash
# Where nothing more can be written, a run says so, names the place and leaves what was there.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
run=("$DEMARCHE" run "$configs/tug_of_war.toml" --quiet --out)

# refused WHY NAME COMMAND...
refused() {
    local why=$1 name=$2
    shift 2
    expect 1 "$@"
    says stderr "error" "$why" "$name"
}
limited() (
    ulimit -f "$1"
    shift
    "$@"
)

# A limit on the size of files: too small for the first buffer, then for what is left at the end.
mkdir out
refused "File too large" out/ limited 64 "${run[@]}" out/big --replications 2
holds out
refused "File too large" out/ limited 1 "$DEMARCHE" run "$configs/minimal.toml" --out out/small
holds out

refused "Not a directory" /dev/null "${run[@]}" /dev/null/out
refused "cannot be created" /proc/demarche "${run[@]}" /proc/demarche/out
refused "/proc/out: cannot be created" /proc/out "${run[@]}" /proc/out
! grep -q partial stderr || fail "speaks of a folder that the user does not know: $(cat stderr)"
if ((EUID != 0)); then
    mkdir closed
    chmod a-w closed
    refused "Permission denied" closed "${run[@]}" closed/out
fi

mkdir disk
if ! mount -t tmpfs -o size=400k tmpfs disk 2>/dev/null; then
    echo "A really full disk: skipped, this process may not mount one"
    exit 0
fi
trap 'cd /; umount "$scratch/disk"; rm -rf "$scratch"' EXIT
expect 0 "$DEMARCHE" run "$configs/minimal.toml" --quiet --out disk/run
cp -r disk/run before
refused "No space left on device" disk/ "${run[@]}" disk/run
holds disk run
diff -r before disk/run
refused "No space left on device" disk/ "${run[@]}" disk/new --replications 2 --threads 2
holds disk run
