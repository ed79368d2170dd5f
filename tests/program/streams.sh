#!/usr/bin/env bash
# Standard streams that are closed, full or no longer read.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
run=("$DEMARCHE" run "$configs/minimal.toml" --out)

# A closed stream must not get the place of an output file, nor an output file its text.
expect 0 "${run[@]}" open
"${run[@]}" closed <&- >&- 2>&- || fail "run with closed streams"
same_tables open closed
"$DEMARCHE" acts >&- || fail "acts with a closed standard output"

code=0
"$DEMARCHE" acts >/dev/full 2>stderr || code=$?
[[ $code == 1 ]] || fail "exit code $code after writing to a full device"
says stderr "standard output" "No space left on device"
code=0
"${run[@]}" full >/dev/full 2>stderr || code=$?
[[ $code == 1 ]] || fail "exit code $code after writing a summary to a full device"
says stderr "standard output" "No space left on device"
same_tables open full

# A reader that has seen enough is no failure.
for command in "acts" "acts --csv" "policies appraisal" "--help"; do
    # shellcheck disable=SC2086
    "$DEMARCHE" $command 2>stderr | head -n 1 >/dev/null || fail "$command | head"
    # shellcheck disable=SC2086
    "$DEMARCHE" $command 2>>stderr | true || fail "$command | true"
    [[ ! -s stderr ]] || fail "$command | head says: $(cat stderr)"
done
"${run[@]}" unread 2>&1 | true || fail "run | true"
same_tables open unread
