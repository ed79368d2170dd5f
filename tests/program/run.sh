#!/usr/bin/env bash
# What a run writes, and that it can be repeated.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

expect 0 "$DEMARCHE" run "$configs/minimal.toml"
says stdout "Pair" "ALD-BRN" "Fingerprint $(fingerprint outputs/minimal)" "events.csv"
holds outputs minimal
holds outputs/minimal actors.csv crises.csv dyads.csv events.csv manifest.json scenario.toml system.csv
cmp outputs/minimal/scenario.toml "$configs/minimal.toml"

header() { [[ $(head -n 1 "outputs/minimal/$1.csv") == "$2" ]] || fail "header of $1.csv"; }
header events "id,tick,date,source,target,act,cameo,class,channel,rung,goldstein,plover,rivera,mid,kahn,site,salience,observed_by,confidence,cause,cause_share,scripted,cause_kind"
header dyads "tick,date,a,b,rung,a_to_b_conflict,b_to_a_conflict,a_to_b_coop,b_to_a_coop,a_grievance,b_grievance"
header actors "tick,date,actor,sent_vcoop,sent_mcoop,sent_vconf,sent_mconf,recv_vcoop,recv_mcoop,recv_vconf,recv_mconf,mean_hostility,max_rung"
header system "tick,date,messages,escalation_goldstein,escalation_plover,escalation_rivera,escalation_mid,escalation_kahn,crises_open,max_rung,balance"
header crises "id,a,b,onset,peak_tick,end,peak_rung,duration_days,trigger_event,outcome"
for table in outputs/minimal/*.csv; do
    awk -F, 'NR == 1 { columns = NF } NF != columns { exit 1 }' "$table" || fail "a ragged row in $table"
done
[[ $(wc -l <outputs/minimal/system.csv) == 61 ]] || fail "system.csv: one row a tick"
[[ $(wc -l <outputs/minimal/actors.csv) == 121 ]] || fail "actors.csv: one row a tick and actor"

# manifest.json: every other file, with its rows and checksum
check_manifest() (
    cd "$1" || exit
    awk -F'"' '$2 == "name" { name = $4 } $2 == "sha256" { print $4 "  " name }' manifest.json >"$scratch/sums"
    diff <(ls -A) <(cut -c 67- "$scratch/sums" | cat - <(echo manifest.json) | sort)
    sha256sum --check --quiet "$scratch/sums"
    awk -F'"' '$2 == "name" { name = $4 } $2 == "rows" { print name, substr($3, 3) }' manifest.json >"$scratch/rows"
    diff "$scratch/rows" <(cut -d' ' -f1 "$scratch/rows" | while read -r table; do
        echo "$table $(($(wc -l <"$table") - 1))"
    done)
    [[ $(wc -l <"$scratch/rows") == "$(ls ./*.csv | wc -l)" ]]
)
check_manifest outputs/minimal || fail "manifest.json does not describe outputs/minimal"
says outputs/minimal/manifest.json '"seed": 1,' '"ticks": 60,' '"replications": 1,'

# The same again replaces the output; another seed is another world.
cp -r outputs/minimal first
rm outputs/minimal/dyads.csv
expect 0 "$DEMARCHE" run "$configs/minimal.toml"
says stdout "Output, in place of an earlier one: outputs/minimal"
holds outputs minimal
[[ -e outputs/minimal/dyads.csv ]] || fail "the old output was not replaced"
same_tables first outputs/minimal
expect 0 "$DEMARCHE" run "$configs/minimal.toml" --seed 2 --out second
[[ $(fingerprint second) != "$(fingerprint first)" ]] || fail "seed 2 gives what seed 1 gives"
says second/manifest.json '"seed": 2,'

# What is not an output stays.
mkdir precious
echo "years of work" >precious/thesis.txt
expect 1 "$DEMARCHE" run "$configs/minimal.toml" --out precious
says stderr "precious" "not an output"
holds precious thesis.txt
expect 1 "$DEMARCHE" run "$configs/minimal.toml" --out precious/thesis.txt
says precious/thesis.txt "years of work"

# Nor does an output go in which somebody has worked since.
cp -r first worked_in
echo "import pandas" >worked_in/analysis.py
mkdir worked_in/figs
sed -i '2s/ALD/XXX/' worked_in/events.csv
cp -r worked_in before
expect 1 "$DEMARCHE" run "$configs/minimal.toml" --out worked_in
says stderr "worked_in: not replaced" "'analysis.py', 'figs/'; 'events.csv' (changed since)" "choose another --out"
diff -r before worked_in

# A timeline is copied as it is, and cannot take the name of a table.
timeline() { printf 'timeline = "%s"\nextends = "%s"\n' "$1" "$configs/minimal.toml" >timeline.toml; }
echo date | tee known.csv >events.csv
timeline known.csv
expect 0 "$DEMARCHE" run timeline.toml --out with_timeline
cmp known.csv with_timeline/known.csv || fail "the timeline was not copied"
timeline events.csv
expect 1 "$DEMARCHE" run timeline.toml --out clash
says stderr "events.csv: cannot be created: File exists"
[[ ! -e clash ]] || fail "half an output was left"

# scenario.toml in an output runs again, whatever the scenario was made of.
again() {
    expect 0 "$DEMARCHE" run "$1/scenario.toml" --out "$1.again"
    same_tables "$1" "$1.again"
}
again second
short=(--set run.days=30 --set state.KAZ.pacifism=0.1 --set severity_scale=plover)
expect 0 "$DEMARCHE" run "$configs/tug_of_war_unscripted.toml" "${short[@]}" --seed 3 --out merged
check_manifest merged || fail "manifest.json does not describe merged"
cmp merged/tug_of_war_timeline.csv "$configs/tug_of_war_timeline.csv"
again merged
