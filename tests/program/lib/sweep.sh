# shellcheck shell=bash
# Sourced by the tests of sweeps, after common.sh.
# shellcheck disable=SC2154 # common.sh sets it
cp "$SOURCE_DIR"/tests/program/sweeps/*.toml "$configs/minimal.toml" .
# shellcheck disable=SC2034 # for those who source this
sweeps=(grid saltelli stop)

# reference: outputs of all sweeps on one thread, in reference/
reference() {
    local name
    for name in "${sweeps[@]}"; do
        expect 0 "$DEMARCHE" sweep "$name.toml" --threads 1 --quiet --out "reference/$name"
    done
    holds reference "${sweeps[@]}"
}

# same FOLDER FOLDER: all their files agree byte for byte
same() {
    diff -r "$1" "$2" || fail "$1 and $2 differ"
}
