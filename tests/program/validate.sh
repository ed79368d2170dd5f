#!/usr/bin/env bash
# demarche validate measures simulated worlds and observed events with the same table.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

# Every fact has a line and a verdict, and the count adds up; threads change nothing.
expect 0 "$DEMARCHE" validate "$configs/minimal.toml" --worlds 2 --years 1 --threads 1 --quiet
says stdout "ladder.violence.violence" "claimed facts pass" "Not claimed: dispute.recurs"
[[ ! -s stderr ]] || fail "--quiet says something: $(cat stderr)"
mv stdout one
expect 0 "$DEMARCHE" validate "$configs/minimal.toml" --worlds 2 --years 1 --threads 2
says stderr "warning: a world of 2 states is too small" "2 worlds of 2 states will take about"
cmp stdout one || fail "threads change what is measured"
facts=$(grep -c '^\[\[fact\]\]' "$configs/facts.toml")
verdicts=$(grep -cE ' (pass|fail|not claimed|not measured)$' one)
((facts == verdicts)) || fail "$verdicts verdicts for $facts facts"
awk '/claimed facts pass/ { if ($1 + 0 > $3 + 0) exit 1 }' one || fail "more facts pass than are claimed"

# As a table for a document.
expect 0 "$DEMARCHE" validate "$configs/minimal.toml" --worlds 1 --years 1 --quiet --markdown
says stdout "| statistic | what | real | allowed | model | verdict |" "| --- |"

# Observed events: two states that strike each other every week, always both.
{
    echo date,source,target,class,n,cameo,goldstein
    for week in 01 08 15 22 29; do
        echo "2018-01-$week,KAZ,RUS,mconf,1,190,-10"
        echo "2018-01-$week,RUS,KAZ,mconf,1,190,-10"
    done
} >events.csv
expect 0 "$DEMARCHE" validate "$configs/world.toml" --events events.csv
mv stdout of_the_file
expect 0 "$DEMARCHE" validate --events events.csv # wherever one is, the world is built in
cmp stdout of_the_file || fail "the world that is built in is another"
grep -E '^mutual.mconf .* 1 +fail$' stdout >/dev/null || fail "mutual.mconf of events.csv:"$'\n'"$(grep mutual stdout)"

# What is wrong is said, with its place.
sed 's/,190,/,19x,/' events.csv >codes.csv
expect 1 "$DEMARCHE" validate "$configs/world.toml" --events codes.csv
says stderr "codes.csv:2:" "is no CAMEO code"
expect 1 "$DEMARCHE" validate nowhere.toml
expect 2 "$DEMARCHE" validate --tick-days 3
expect 2 "$DEMARCHE" validate --worlds 0
