#!/usr/bin/env bash
# The policy is fitted to events, and a scenario runs on the result.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

# Twenty weeks in which two states strike each other, one on Mondays, the other on Tuesdays.
{
    echo date,source,target,class,n
    for ((day = 0; day < 140; day += 7)); do
        echo "$(date -u -d "2018-01-01 + $day days" +%F),ALD,BRN,mconf,$((1 + day % 3))"
        echo "$(date -u -d "2018-01-02 + $day days" +%F),BRN,ALD,mconf,1"
    done
} >news.csv
cat >policy.toml <<'TOML'
model = "appraisal"
classes = ["mconf"]
[appraisal]
tick_days = 1
[window.news]
events = "news"
weeks = [4, 18]
[penalty]
exponent = 1e9
slope = 1e9 # so regular a world has no dispersion to estimate
TOML
expect 0 "$DEMARCHE" fit policy.toml --out fitted --quiet
# Libraries of linear algebra add in an order of their own on every kind of processor.
! ldd "$DEMARCHE" | grep -E "blas|lapack" || fail "the program loads a library whose sums depend on the processor"
says fitted/coefficients.toml "[mconf]" "received_mconf.short = " "dispersion_slope = "

# A search that may not go to its end fails, but leaves what it has.
sed '1i evaluations = 3' policy.toml >short.toml
expect 1 "$DEMARCHE" fit short.toml --events news=news.csv --out short --quiet
says stderr "evaluations without converging" "error: the search came to no end in mconf"
holds short actors.csv coefficients.toml fit.csv manifest.json
cat >world.toml <<'TOML'
name = "world"
run = { start = 2018-06-01, days = 28 }
state.ALD = {}
state.BRN = {}
[policy.appraisal]
from = "fitted/coefficients.toml"
TOML
expect 0 "$DEMARCHE" run world.toml --out one --quiet
says one/scenario.toml "received_mconf"
! grep -q "from" one/scenario.toml || fail "the copy needs another file"
rm -r fitted
expect 0 "$DEMARCHE" run one/scenario.toml --out two --quiet # the copy says it all
[[ $(fingerprint one) == "$(fingerprint two)" ]] || fail "the copy of the scenario is another"
expect 1 "$DEMARCHE" check world.toml
says stderr "world.toml:6:8: error: " "coefficients.toml"

# Doctrines: the table of actors, a warning where nothing is known, and states for a scenario.
{
    sed 's/^classes.*//; s/^tick_days.*/&\nties = "pact.toml"/' policy.toml
    printf '[effects]\ndoctrine = true\n'
} >who.toml
cat >pact.toml <<'TOML'
name = "pact"
run = { start = 2018-06-01, days = 28 }
state.ALD = {}
state.BRN = {}
tie.ALD-BRN = { defence = 1 }
TOML
expect 0 "$DEMARCHE" fit who.toml --events news=news.csv --out who --quiet
says stderr "warning: nothing in these classes depends on loyalty"
says who/actors.csv "actor,doctrine,value,se,low95,high95,note" "ALD,activity," "BRN,reciprocity,"
says who/doctrine.toml "[state.ALD]" "activity = "
{
    printf 'name = "judged"\nrun = { start = 2018-06-01, days = 28 }\n'
    sed '/^activity/d' who/doctrine.toml # twice as active a state would never rest
} >judged.toml
expect 0 "$DEMARCHE" check judged.toml

# What a configuration of a policy's fit may not say.
sed 's/^model.*//' policy.toml >model.toml
sed 's/tick_days = 1/tick_days = 3/' policy.toml >ticks.toml
expect 1 "$DEMARCHE" fit model.toml --events news=news.csv
says stderr "model.toml:3:1: error: " 'model = "appraisal"'
expect 1 "$DEMARCHE" fit ticks.toml --events news=news.csv
says stderr "ticks.toml:4:13: error: 'tick_days' must be 1 or 7"
