#!/usr/bin/env bash
# Every scenario in tests/golden writes the tables kept beside it. With DEMARCHE_REMAKE set they
# are kept anew (script/golden does that and shows the difference).
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

found=no
for scenario in "$SOURCE_DIR"/tests/golden/*.toml; do
    found=yes
    name=$(basename "$scenario" .toml)
    kept=$SOURCE_DIR/tests/golden/$name
    expect 0 "$DEMARCHE" run "$scenario" --quiet --out "$name"
    fingerprint "$name" >"$name/fingerprint"
    rm "$name"/{manifest.json,scenario.toml}
    if [[ -n ${DEMARCHE_REMAKE-} ]]; then
        rm -rf "$kept"
        cp -r "$name" "$kept"
    elif ! diff -ruN "$kept" "$name" >difference; then
        head -n 60 difference
        fail "$name changed (at most 60 lines shown). If that is meant: script/golden"
    fi
done
[[ $found == yes ]] || fail "there is no tests/golden/*.toml"
