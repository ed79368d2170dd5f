#!/usr/bin/env bash
# The bytes of a sweep do not depend on the number of threads, nor on what was kept and resumed.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tests/program/lib/sweep.sh
source "$SOURCE_DIR/tests/program/lib/sweep.sh"

reference
for name in "${sweeps[@]}"; do
    for threads in 2 4; do
        expect 0 "$DEMARCHE" sweep "$name.toml" --threads $threads --quiet --out "$name.$threads"
        same "reference/$name" "$name.$threads"
    done
done
