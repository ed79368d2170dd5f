#!/usr/bin/env bash
# The scripts of docs/plotting draw the main figures of a run, an ensemble and two sweeps, as far as their tools are here.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
scripts=$SOURCE_DIR/docs/plotting

expect 0 "$DEMARCHE" run "$configs/tug_of_war.toml" --quiet --out run
expect 0 "$DEMARCHE" run "$configs/minimal.toml" --quiet --replications 20 --out many
for kind in grid line; do
    expect 0 "$DEMARCHE" sweep "$SOURCE_DIR/tests/browser/sweeps/$kind.toml" --quiet --out $kind
done

# draws TOOL ENDING FOLDER FIGURE...: a script draws exactly these figures, each with something in it
draws() {
    local tool=$1 ending=$2 folder=$3 figure
    shift 3
    case $tool in
    matplotlib) expect 0 /usr/bin/python3 "$scripts/figures.py" "$folder" "$tool/$folder" ;;
    ggplot2) expect 0 Rscript "$scripts/figures.R" "$folder" "$tool/$folder" ;;
    gnuplot) expect 0 gnuplot -c "$scripts/figures.gp" "$folder" "$tool/$folder" ;;
    esac
    if grep -i warning stderr; then fail "$tool warns about $folder"; fi
    holds "$tool/$folder" "${@/%/.$ending}"
    for figure in "$@"; do
        (($(wc -c <"$tool/$folder/$figure.$ending") > 4000)) || fail "$tool/$folder/$figure.$ending is empty"
    done
}

drawn=0
if /usr/bin/python3 -c "import pandas, matplotlib" 2>/dev/null; then
    draws matplotlib png run course heat ladder
    draws matplotlib png many fan ladder
    draws matplotlib png grid sweep tornado
    draws matplotlib png line sweep tornado
    drawn=1
else
    echo "matplotlib: skipped, pandas and matplotlib are not here (script/setup --dev)"
fi
if Rscript -e 'library(ggplot2)' >/dev/null 2>&1; then
    draws ggplot2 pdf run course heat ladder
    draws ggplot2 pdf many fan ladder
    draws ggplot2 pdf grid sweep tornado
    draws ggplot2 pdf line sweep tornado
    drawn=1
else
    echo "ggplot2: skipped, it is not here (script/setup --dev)"
fi
if command -v gnuplot >/dev/null; then
    draws gnuplot svg run course heat ladder
    draws gnuplot svg many fan
    draws gnuplot svg grid sweep
    draws gnuplot svg line sweep
    drawn=1
else
    echo "gnuplot: skipped, it is not here (script/setup --dev)"
fi
((drawn)) || exit 77
