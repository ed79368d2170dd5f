#!/usr/bin/env bash
# A run that is killed leaves no output of its name, an older one whole, and the next run sweeps up.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
long=("$DEMARCHE" run "$configs/minimal.toml" --replications 2000000 --record events --quiet)
short=("$DEMARCHE" run "$configs/minimal.toml" --quiet)
partial() { find out -maxdepth 1 -name ".$1.partial-*"; }
process=
trap '[[ -z $process ]] || kill -KILL "$process" 2>/dev/null || true; rm -rf "$scratch"' EXIT

# begin NAME: starts a long run in the background and waits until it writes, in a folder of its own
begin() {
    local before now
    before=$(partial "$1" 2>/dev/null)
    "${long[@]}" --out "out/$1" 2>stderr &
    process=$!
    for _ in {1..500}; do
        now=$(partial "$1" 2>/dev/null)
        [[ -z $now || $now == "$before" ]] || return 0
        sleep 0.01
    done
    fail "the run did not begin"
}
# end SIGNAL: ends it and sets code
end() {
    kill "-$1" "$process"
    code=0
    wait "$process" 2>/dev/null || code=$?
    process=
}

mkdir out
for _ in {1..5}; do
    begin killed
    sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
    end KILL
    [[ $code == 137 ]] || fail "the run ended with $code before it was killed"
    [[ ! -e out/killed ]] || fail "a killed run left an output"
    [[ -n $(partial killed) ]] || fail "nothing was left over: was it killed too late?"
done
expect 0 "${short[@]}" --out out/killed
holds out killed

cp -r out/killed before
for _ in {1..5}; do
    begin killed
    sleep "0.0$((RANDOM % 10))"
    end KILL
    diff -r before out/killed || fail "a killed run changed an older output"
done
expect 0 "${short[@]}" --out out/killed
same_tables before out/killed
holds out killed

# A run that still goes on is not a leftover.
begin other
expect 0 "${short[@]}" --out out/other
[[ -n $(partial other) ]] || fail "the folder of a running process was removed"

declare -A code_of=([INT]=130 [TERM]=143)
for signal in INT TERM; do
    end $signal
    [[ $code == "${code_of[$signal]}" ]] || fail "SIG$signal: exit code $code"
    says stderr "interrupted; nothing was written"
    holds out killed other
    begin other
done
end INT
holds out killed other
