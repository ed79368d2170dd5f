#!/usr/bin/env bash
# Forecasts are scored, of all pairs and of kinds of pairs, and so are totals simulated onwards.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

# Thirty weeks of four states; ALD and BRN are at odds, CAR and DRU talk, and all meet now and then.
{
    echo date,source,target,class,n
    for ((day = 0; day < 210; day++)); do
        date=$(date -u -d "2018-01-01 + $day days" +%F)
        ((day % 3)) || echo "$date,ALD,BRN,mconf,$((1 + day % 4))"
        ((day % 5)) || echo "$date,BRN,ALD,mconf,1"
        ((day % 4)) || echo "$date,CAR,DRU,vcoop,$((1 + day % 3))"
        ((day % 7)) || echo "$date,DRU,CAR,mcoop,1"
        ((day % 11)) || echo "$date,ALD,CAR,vconf,1"
        ((day % 13)) || echo "$date,CAR,BRN,mconf,1"
    done
} >news.csv
cat >world.toml <<'TOML'
name = "world"
run = { start = 2018-01-01, days = 7 }
state.ALD = {}
state.BRN = {}
state.CAR = {}
tie.ALD-BRN = { rivalry = 1, border = true }
tie.ALD-CAR = { defence = 1 }
TOML
cat >score.toml <<'TOML'
classes = ["mconf"]
[window.news]
events = "news"
weeks = [4, 19]
[test]
events = "news"
history = [0, 19]
weeks = [20, 28]
ties = "world.toml"
[free_run]
replications = 20
parameter_uncertainty = true
horizons = [4]
TOML
expect 0 "$DEMARCHE" score score.toml --out scored
says stdout "By kind of pair" "neighbours" "Totals of pairs"
holds scored coefficients.toml forecasts.csv free_run.csv manifest.json predictions.csv scores.csv
cut -d, -f1-3 scored/scores.csv | sort -u >rows
for group in all allies rivals neighbours others; do
    says rows "mconf,$group,hawkes" "mconf,$group,demarche"
    says scored/free_run.csv "vcoop,$group,4," "mconf,$group,9,"
done
! grep -q "nan\|inf," scored/*.csv || fail "numbers that are none: $(grep "nan\|inf," scored/*.csv)"

# Without the scenario there is one group, with the same numbers.
sed '/^ties/d' score.toml >alone.toml
expect 0 "$DEMARCHE" score alone.toml --out alone --quiet
for table in scores free_run; do
    grep "^class\|,all," scored/$table.csv | diff - alone/$table.csv || fail "$table.csv has other numbers without groups"
done

# A rival that cannot be read is named, once.
expect 1 "$DEMARCHE" score score.toml --rival other=absent.csv --out absent
says stderr "absent.csv: error: cannot be read"
! grep "no forecast" stderr || fail "a rival that cannot be read lacks forecasts, too"
