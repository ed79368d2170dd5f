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
for command in run sweep merge check policies acts reference init import fit score explain report; do
    expect 0 "$DEMARCHE" "$command" --help
    says stdout "Example" "demarche $command"
done

expect 0 "$DEMARCHE" check "$minimal"
! grep -q "powers\|no members" stdout || fail "check has doubts about minimal.toml: $(cat stdout)"
printf 'extends = "%s"\n[organisation.CLUB]\nmandate = "economic"\nmembers = []\n' "$minimal" >nobody.toml
expect 0 "$DEMARCHE" check nobody.toml --set state.ALD.power=0.9 --set state.BRN.power=0.8
says stdout "Organisation CLUB has no members." "The powers of all states add up to 1.7; they are shares"
coefficient=policy.appraisal.vconf.own_vconf.short
printf 'extends = "%s"\n[shock.%s]\ndate = 2030-01-%s\nset = { "%s" = %s }\n' \
    "$minimal" panic 10 $coefficient 9 >shocked.toml
printf '[shock.%s]\ndate = 2030-01-%s\nset = { "%s" = %s }\n' calm 20 $coefficient 0.1 >>shocked.toml
expect 0 "$DEMARCHE" check shocked.toml
says stdout "After shock panic (2030-01-10): rates explode: those of "
! grep -q "After shock calm" stdout || fail "a shock that bounds the rates is doubted: $(cat stdout)"
expect 0 "$DEMARCHE" policies
says stdout "appraisal" "tit_for_tat"
expect 0 "$DEMARCHE" policies hawk
says stdout "pressure"
for command in run init policies; do
    expect 0 "$DEMARCHE" $command --help
    ! grep -q "UINT\|TEXT\| in \[" stdout || fail "help of $command speaks the library's language: $(cat stdout)"
done
expect 0 "$DEMARCHE" acts
says stdout "administrative_sanction  172"
! grep -q "[0-9]e-[0-9]" stdout || fail "acts: exponents among decimals"
expect 0 "$DEMARCHE" acts --csv
says stdout "act,name,cameo" "policy,nuclear,8,0,none,false,false,0"

for command in run check; do
    expect 1 "$DEMARCHE" "$command" "$wrong"
    says stderr "'seed' is -1; allowed" "problems; nothing was done"
    expect 1 "$DEMARCHE" "$command" absent.toml
    says stderr "absent.toml: error: no such file"
    expect 1 "$DEMARCHE" "$command" "$minimal" --set state.ALD.pacifism=2
    says stderr "--set state.ALD.pacifism=2: error:"
    expect 2 "$DEMARCHE" "$command"
    expect 2 "$DEMARCHE" "$command" "$minimal" --colour
done
expect 2 "$DEMARCHE"
says stdout "Examples:" "Say everything that is wrong"
expect 2 "$DEMARCHE" dance
says stderr "no command is called 'dance'; allowed: 'run', 'sweep', 'merge', 'check'"
expect 2 "$DEMARCHE" run "$minimal" --out ""
says stderr "--out: the name is empty"
expect 2 "$DEMARCHE" rnu "$minimal"
says stderr "no command is called 'rnu'; did you mean 'run'?"
expect 2 "$DEMARCHE" --colour
says stderr "demarche: error: no option is called '--colour'"
expect 2 "$DEMARCHE" run "$minimal" --sede 3
says stderr "demarche: error: no option is called '--sede'; did you mean '--seed'?" "Run with --help"
expect 2 "$DEMARCHE" check "$minimal" another
says stderr "demarche: error: 'another' was not expected"
expect 2 "$DEMARCHE" run
says stderr "demarche: error: config is required"
expect 2 "$DEMARCHE" policies hwak
says stderr "did you mean 'hawk'?"
expect 2 "$DEMARCHE" run "$minimal" --seed -1
says stderr "--seed: -1 is out of range; allowed: 0 to"
expect 2 "$DEMARCHE" run "$minimal" --seed 9223372036854775808
says stderr "--seed: 9223372036854775808 is out of range"
for text in abc 2.5 7x; do
    for option in seed threads replications; do
        expect 2 "$DEMARCHE" run "$minimal" --$option $text
        says stderr "--$option: '$text' is not a whole number"
    done
done
expect 2 "$DEMARCHE" run "$minimal" --threads 0
says stderr "--threads: 0 is out of range; allowed: 1 to 1024"
expect 2 "$DEMARCHE" run "$minimal" --replications 0
expect 2 "$DEMARCHE" run "$minimal" --record events,evnts
[[ ! -e outputs ]] || fail "a run that never began wrote something"

# Pairs whose levels nobody stated are counted: of 3 states, 6 directed pairs, 2 have a relation.
printf 'extends = "%s"\nstate.CCC = {}\n' "$minimal" >third.toml
for command in check run; do
    expect 0 "$DEMARCHE" "$command" "$minimal"
    ! grep -q gravity stdout || fail "$command: a note on levels that are all stated"
    expect 0 "$DEMARCHE" "$command" third.toml
    says stdout "4 of 6 directed pairs have no [relation]: their levels are drawn from the gravity prior"
done
printf 'state.DDD = {}\n' >>third.toml
expect 0 "$DEMARCHE" run third.toml --replications 100 --seed 2 --record crises
grep -qE '^and [0-9]+ more pairs?, in less than 5 % of the runs\.$' stdout || fail "pairs that hardly ever rose: $(cat stdout)"
expect 0 "$DEMARCHE" run "$configs/tug_of_war.toml" --replications 300 --record crises
grep -qE '^ARM-AZE .* 9 % +<1 % +0 %$' stdout || fail "one run in 300 is not none: $(cat stdout)"
rm -r outputs

# The summary: who was at war before, how many pairs are not shown, whole rungs.
crisis_rows() { tail -n +2 "$1/crises.csv" | wc -l; }
expect 0 "$DEMARCHE" run "$configs/tug_of_war.toml" --out single
acts=$(tail -n +2 single/events.csv | grep -cE '(RUS,UKR|UKR,RUS),[^,]*,[^,]*,[vm]conf,')
says stdout "Already at war at the start: RUS-UKR (rung 8, $acts conflict acts)."
read -r begun before < <(sed -n 's/^Crises: \([0-9]*\) begun, \([0-9]*\) under way.*/\1 \2/p' stdout)
[[ $((begun + before)) == "$(crisis_rows single)" && $before == 1 ]] || fail "crises: $(cat stdout)"
shown=$(grep -cE '^[A-Z]{3}-[A-Z]{3} ' stdout)
risen=$(awk -F, 'NR == 1 { next } { pair = $3 "-" $4 }
    !(pair in first) { first[pair] = $2 == "2024-08-01" ? $5 : 0 } $5 > first[pair] { up[pair] = 1 }
    END { for (p in up) ++n; print n }' single/dyads.csv)
says stdout "and $((risen - shown)) more pairs that rose."
expect 0 "$DEMARCHE" run "$configs/tug_of_war.toml" --replications 6 --record crises --out several
grep -qE '^BLR-UKR +3  [0-9] \[[0-9], [0-9]\]  ' stdout || fail "rungs that are none: $(cat stdout)"

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
    # Progress keeps to one line, which is then written over.
    script -qec "stty cols 40; '$DEMARCHE' run '$minimal' --replications 3000 --record crises --out narrow" /dev/null </dev/null >terminal
    tr '\r' '\n' <terminal | grep 'left' | sed "s/$escape.*//" >steps
    [[ -s steps ]] || fail "no progress on a terminal"
    awk 'length > 39 { exit 1 }' steps || fail "progress of $(wc -L <steps) columns on a terminal of 40"
fi
