#!/usr/bin/env bash
# An ensemble writes the same bytes for any number of threads, and its replications are the runs
# they would be alone.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
options=("$configs/tug_of_war.toml" --seed 5 --quiet --set run.days=60)

for threads in 1 2 4; do
    expect 0 "$DEMARCHE" run "${options[@]}" --replications 6 --threads $threads --out "by_$threads"
done
same_tables by_1 by_2
same_tables by_1 by_4

# rows FILE TEST: the rows whose replication passes the test, without that column
rows() { tail -n +2 "$1" | awk -F, "\$1 $2" | cut -d, -f2-; }

expect 0 "$DEMARCHE" run "${options[@]}" --out single
expect 0 "$DEMARCHE" run "${options[@]}" --replications 3 --out three
for table in events dyads actors system crises; do
    [[ $(head -n 1 "by_1/$table.csv") == "replication,$(head -n 1 "single/$table.csv")" ]] ||
        fail "header of $table.csv"
    cmp <(rows "by_1/$table.csv" "== 0") <(tail -n +2 "single/$table.csv") ||
        fail "$table.csv: replication 0 is not the single run"
    cmp <(rows "by_1/$table.csv" "< 3") <(rows "three/$table.csv" "< 3") ||
        fail "$table.csv: the first three of six are not the three of three"
done
[[ $(cut -d, -f1 by_1/system.csv | uniq | tr '\n' ' ') == "replication 0 1 2 3 4 5 " ]] ||
    fail "replications out of order"
cmp -s <(rows by_1/events.csv "== 0") <(rows by_1/events.csv "== 1") &&
    fail "replications 0 and 1 are the same world"

# Of the replications in which rates explode the first in order is named, and what goes on past them.
cat >frenzy.toml <<END
extends = "$configs/tug_of_war.toml"
[shock.frenzy]
date = 2024-08-01
set = { state.BLR.activity = 2.15, state.KAZ.activity = 2.15 }
END
for threads in 1 2 4; do
    expect 1 "$DEMARCHE" run frenzy.toml --replications 8 --threads $threads --record system
    cp stderr "named_by_$threads"
    cmp named_by_1 "named_by_$threads" || fail "another replication is named by $threads threads"
done
grep -qE 'error: replication [0-7] of 8: rates explode on .*demarche sweep.* goes on past failed runs' named_by_1 ||
    fail "the replication is not named: $(cat named_by_1)"
exit 0
