# shellcheck shell=bash
# Sourced by the tests in this folder. DEMARCHE is the program, SOURCE_DIR the repository. Every
# test works in a scratch folder of its own.
set -euo pipefail
: "${DEMARCHE:?the program to test}" "${SOURCE_DIR:?the folder of the repository}"
export LC_ALL=C
# shellcheck disable=SC2034 # for those who source this
configs=$SOURCE_DIR/configs
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# Whether sanitizers watch the program, which makes it several times slower: they want every path, not every figure.
sanitized() { grep -q -e __asan_init -e __tsan_init "$DEMARCHE"; }

# expect CODE COMMAND...: runs it; what it prints goes to the files stdout and stderr
expect() {
    local expected=$1 code=0
    shift
    "$@" >stdout 2>stderr || code=$?
    ((code == expected)) || fail "exit code $code instead of $expected: $*"$'\n'"$(cat stderr)"
}

# says FILE TEXT...: the file contains every text
says() {
    local file=$1 text
    shift
    for text in "$@"; do
        grep -qF -- "$text" "$file" || fail "'$text' is not in $file:"$'\n'"$(cat "$file")"
    done
}

# holds FOLDER NAME...: the folder contains exactly these names, hidden ones included
holds() {
    local folder=$1
    shift
    diff <((($# == 0)) || printf '%s\n' "$@" | sort) <(ls -A "$folder") || fail "contents of $folder (< expected)"
}

# same_tables FOLDER FOLDER: their CSV files agree byte for byte, and so do the fingerprints
same_tables() {
    diff -rq -x manifest.json -x scenario.toml "$1" "$2" || fail "$1 and $2 differ"
    [[ $(fingerprint "$1") == "$(fingerprint "$2")" ]] || fail "fingerprints of $1 and $2 differ"
}

fingerprint() {
    sed -n 's/^  "fingerprint": "\([0-9a-f]\{16\}\)",$/\1/p' "$1/manifest.json" | grep . ||
        fail "$1/manifest.json has no fingerprint"
}
