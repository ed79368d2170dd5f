#!/usr/bin/env bash
# Options and exit codes: 0 done, 1 wrong scenario or machine, 2 wrong command line.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
minimal=$configs/minimal.toml
wrong=$SOURCE_DIR/tests/errors/out_of_range.toml

expect 0 "$DEMARCHE" --version
grep -qE '^demarche [0-9]+\.[0-9]+\.[0-9]+ \(.+\)$' stdout || fail "--version: $(cat stdout)"
expect 0 "$DEMARCHE" --help
says stdout "Examples:" "demarche run configs/"
for command in run check policies acts reference init; do
    expect 0 "$DEMARCHE" "$command" --help
    says stdout "Example:" "demarche $command"
done

expect 0 "$DEMARCHE" check "$minimal"
expect 0 "$DEMARCHE" policies
says stdout "appraisal" "tit_for_tat"
expect 0 "$DEMARCHE" policies hawk
says stdout "pressure"
expect 0 "$DEMARCHE" acts
expect 0 "$DEMARCHE" acts --csv
says stdout "act,name,cameo"

for command in run check; do
    expect 1 "$DEMARCHE" "$command" "$wrong"
    says stderr "'seed' is -1; allowed" "problems; nothing was run"
    expect 1 "$DEMARCHE" "$command" absent.toml
    says stderr "absent.toml: error: no such file"
    expect 1 "$DEMARCHE" "$command" "$minimal" --set state.ALD.pacifism=2
    says stderr "--set state.ALD.pacifism=2: error:"
    expect 2 "$DEMARCHE" "$command"
    expect 2 "$DEMARCHE" "$command" "$minimal" --colour
done
expect 2 "$DEMARCHE"
expect 2 "$DEMARCHE" dance
expect 2 "$DEMARCHE" policies hwak
says stderr "did you mean 'hawk'?"
expect 2 "$DEMARCHE" run "$minimal" --seed -1
expect 2 "$DEMARCHE" run "$minimal" --seed 9223372036854775808
expect 2 "$DEMARCHE" run "$minimal" --threads 0
expect 2 "$DEMARCHE" run "$minimal" --replications 0
expect 2 "$DEMARCHE" run "$minimal" --record events,evnts
[[ ! -e outputs ]] || fail "a run that never began wrote something"

expect 0 "$DEMARCHE" run "$minimal" --quiet --record system,events --out few
[[ ! -s stdout && ! -s stderr ]] || fail "--quiet says something"
holds few events.csv manifest.json scenario.toml system.csv
expect 0 "$DEMARCHE" run "$minimal" --quiet --out all
cmp few/events.csv all/events.csv
[[ $(fingerprint few) == "$(fingerprint all)" ]] || fail "--record changes the fingerprint"

# Colours belong on a terminal, and not where NO_COLOR is set.
escape=$'\033'
expect 2 "$DEMARCHE" policies hwak
! grep -q "$escape" stderr || fail "colours in a file"
if command -v script >/dev/null; then
    on_terminal() { script -qec "'$DEMARCHE' policies hwak" /dev/null </dev/null >terminal || true; }
    NO_COLOR='' on_terminal
    grep -q "$escape" terminal || fail "no colours on a terminal"
    NO_COLOR=1 on_terminal
    says terminal "did you mean"
    ! grep -q "$escape" terminal || fail "colours in spite of NO_COLOR"
fi
