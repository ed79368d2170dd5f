#!/usr/bin/env bash
# What `demarche report` writes, and what it refuses. What the page shows is tested in a browser (tests/browser).
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

report() { expect 0 "$DEMARCHE" report "$@"; }
refuses() { # CODE TEXT ARGUMENT...: report ends with this code, says this, and writes nothing
    local code=$1 text=$2
    shift 2
    expect "$code" "$DEMARCHE" report "$@" --out refused.html
    says stderr "$text"
    [[ ! -e refused.html && ! -e refused.html.part ]] || fail "writes nevertheless: $*"
}
# tables FILE NAME...: the tables in a page, in order
tables() {
    local file=$1
    shift
    grep -o '<script type="application/gzip" data-name="[a-z_]*"' "$file" | cut -d'"' -f4 | diff - <(printf '%s\n' "$@") ||
        fail "tables of $file (> expected)"
}
# unpacked FILE NAME: the text of a table
unpacked() { sed -n "s/^<script type=\"application\/gzip\" data-name=\"$2\">\(.*\)<\/script>\$/\1/p" "$1" | base64 -d | zcat; }

expect 0 "$DEMARCHE" run "$configs/tug_of_war.toml" --quiet --out run
sed '/^BRN-ALD = /d' "$configs/minimal.toml" >prior.toml # levels from the prior
expect 0 "$DEMARCHE" run prior.toml --quiet --replications 12 --out many
expect 0 "$DEMARCHE" sweep "$SOURCE_DIR/tests/browser/sweeps/grid.toml" --quiet --out sweep

# A run: whole tables as they are, one file, nothing from elsewhere.
report run
says stdout "run/report.html"
tables run/report.html facts timeline system crises classes actors dyads network directed events
for table in system crises dyads; do
    unpacked run/report.html $table | cmp - run/$table.csv || fail "$table in the report"
done
# Comments in the library apart, the page names no address.
! grep -oE '(src|href)="[^"]*"' run/report.html | grep -vE '="(data:,|#panel)"' || fail "the page refers to something outside"
(($(wc -c <run/report.html) < 3000000)) || fail "the page has $(wc -c <run/report.html) bytes"
unpacked run/report.html facts >said
says said '"kind":"run"' "$(fingerprint run)" '"question": "dyad"' '"question": "event"'

# The report belongs to the output: running again replaces both, and something else of its name does not.
expect 0 "$DEMARCHE" run "$configs/tug_of_war.toml" --quiet --out run
[[ ! -e run/report.html ]] || fail "the report of the earlier run is still there"
echo mine >run/report.html
expect 1 "$DEMARCHE" run "$configs/tug_of_war.toml" --quiet --out run
says stderr "report.html"
rm run/report.html

# The same bytes for any number of threads.
for folder in run many sweep; do
    report $folder --threads 1 --out one.html
    report $folder --threads 3 --out three.html
    cmp one.html three.html || fail "threads change the report of $folder"
done
tables one.html facts design summary effects bands tipping
report many --out many.html
tables many.html facts bands system crises crisis_pairs ladders single_ladders network classes actors directed
unpacked many.html facts >said
says said '1 of 2 directed pairs have no [relation]' 'All replications share this draw, so their percentages leave it out'
expect 0 "$DEMARCHE" run "$configs/minimal.toml" --quiet --record system,crises --out few
report few --explain 0 --out few.html
tables few.html facts system crises
unpacked few.html facts >said
says said '"unexplained"'

refuses 1 "sweep: only what 'demarche run' wrote has pairs to explain; leave --explain out" sweep --explain 2

# What is no output, or no longer one.
refuses 1 "nowhere: no such folder" nowhere
refuses 1 "minimal.toml: not a folder" "$configs/minimal.toml"
mkdir empty
refuses 1 "empty: not an output of this program" empty
refuses 2 "required" # no folder at all
cp -r run changed
sed -i '5s/,[0-9]*,/,999,/' changed/system.csv
refuses 1 "system.csv has changed" changed
cp -r many same_size
sed -i '5s/2030/2031/' same_size/system.csv
refuses 1 "system.csv has changed" same_size
cp -r run lacking
rm lacking/dyads.csv
refuses 1 "dyads.csv is missing" lacking
cp -r run other_scenario
sed -i 's/^seed = .*/seed = 9/; $a # another' other_scenario/scenario.toml
refuses 1 "scenario.toml has changed" other_scenario
cp -r run no_manifest
echo '{"program": "demarche"}' >no_manifest/manifest.json
refuses 1 "manifest.json is not as this program writes it" no_manifest
expect 0 "$DEMARCHE" sweep "$SOURCE_DIR/tests/browser/sweeps/line.toml" --quiet --shard 1/2 --out shard
refuses 1 "demarche merge" shard
expect 1 "$DEMARCHE" report many --out run
says stderr "is a folder"
expect 1 "$DEMARCHE" report many --out nowhere/report.html
says stderr "nowhere/report.html: cannot be written"

# What is no report is not written over.
echo mine >mine.html
expect 1 "$DEMARCHE" report many --out mine.html
says stderr "mine.html: exists already and is no report"
[[ $(cat mine.html) == mine ]] || fail "mine.html was replaced"
report many --out many.html
