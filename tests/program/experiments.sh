#!/usr/bin/env bash
# docs/experiments.md as a new user follows it: the sweep file that it shows, and the three plots.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
page=$SOURCE_DIR/docs/experiments.md

# block LANGUAGE [WHICH]: the first fenced block in a language, or the second ...
block() {
    awk -v fence="\`\`\`$1" -v which="${2-1}" '$0 == fence { inside = ++seen == which; next } /^```$/ { inside = 0 } inside' "$page"
}

cp -r "$configs" configs
block toml >dilemma.toml
expect 0 "$DEMARCHE" sweep dilemma.toml
says stdout "26 points (grid and the scenario as it is), 520 runs" "hostility" "in_public" "loyalty 0, pacifism 1" "Output: outputs/dilemma"
holds outputs/dilemma design.csv effects.csv manifest.json runs.csv scenario.toml summary.csv sweep.toml tug_of_war_timeline.csv
(($(wc -l <outputs/dilemma/summary.csv) == 1 + 26 * 7)) || fail "summary.csv: $(wc -l <outputs/dilemma/summary.csv) lines"
head -n 1 outputs/dilemma/summary.csv >header
says header "point,loyalty,pacifism,outcome,runs,unknown,mean,low,high,sd,q05,q25,median,q75,q95"
! grep -q "every replication came to the same" stdout || fail "the first sweep shows an outcome that does not move"
expect 1 "$DEMARCHE" explain outputs/dilemma --event 1
says stderr "an output of \`demarche sweep\`; only what \`demarche run\` wrote can be explained"

# Every point another draw of the levels that nobody states.
block toml 2 >worlds.toml
expect 0 "$DEMARCHE" init coasts EST LVA LTU RUS
expect 0 "$DEMARCHE" sweep worlds.toml
says stdout "12 points (grid), 240 runs" "crisis" "seed"
over_worlds=$(awk -F, '$3 == "crisis" { sum += $6; n++ } END { printf "%.6f", sum / n }' outputs/worlds/summary.csv)
if /usr/bin/python3 -c "import pandas" 2>/dev/null; then
    block python 2 >mean.py
    expect 0 /usr/bin/python3 mean.py
    says stdout "$over_worlds"
fi
if command -v Rscript >/dev/null; then
    block r 2 >mean.R
    expect 0 Rscript mean.R
    says stdout "${over_worlds:0:6}"
fi

# An outcome that nothing moves is named.
cat >still.toml <<END
name = "still"
scenario = "configs/minimal.toml"
[design]
kind = "grid"
levels = 2
[axis]
pacifism = { path = "state.ALD.pacifism", range = [0, 1] }
[outcome]
war = { what = "reaches", rung = 9 }
hostility = { what = "escalation", scale = "goldstein" }
END
expect 0 "$DEMARCHE" sweep still.toml
says stdout "Warning: every replication came to the same at all points: war."

# One axis at a time: a point is told by the axis that it moves. Without outcomes of one's own, the scales stand for them.
sed -e 's/"grid"/"oat"/' -e '/^war/d; /^hostility/d; /outcome/d' still.toml >apart.toml
echo 'policy = { path = "state.ALD.policy", values = ["hawk", "dove"] }' >>apart.toml
expect 0 "$DEMARCHE" sweep apart.toml
says stdout "policy hawk" "policy dove"
! grep -E 'pacifism +\?|policy *$|policy,' stdout || fail "axes that a point does not move"
sed -e 's/"grid"/"saltelli"/; s/^levels = .*/rows = 8/; s/state.ALD.pacifism/policy.appraisal.vcoop.own_vcoop.short/; s/\[0, 1\]/[0.1, 0.4]/; /^war/d; /^hostility/d; /outcome/d' still.toml >shares.toml
expect 0 "$DEMARCHE" sweep shares.toml
says stdout "What moves it most (Sobol', total index):" "escalation_kahn  "

# Points that fail: why, before anything is run, and how much of the design is left.
cat >failing.toml <<END
name = "failing"
scenario = "configs/minimal.toml"
[design]
kind = "morris"
trajectories = 6
[axis]
short = { path = "policy.appraisal.vcoop.own_vcoop.short", range = [0, 3] }
face = { path = "state.BRN.face", range = [0, 2] }
[outcome]
hostility = { what = "escalation", scale = "goldstein" }
END
expect 0 "$DEMARCHE" sweep failing.toml --dry-run
says stderr "runs that were tried failed, first at point" "rates explode"
expect 0 "$DEMARCHE" sweep failing.toml
says stderr "runs failed, first at point"
grep -qE 'face [-0-9.e]+ \([0-5] of 6\)' stdout || fail "nothing says how few effects there are: $(cat stdout)"

# plot LANGUAGE FILE COMMAND...: runs a snippet that draws a file; at most ten lines
plot() {
    local language=$1 picture=$2 lines
    shift 2
    block "$language" >snippet
    lines=$(wc -l <snippet)
    ((lines >= 5 && lines <= 10)) || fail "the snippet in $language has $lines lines"
    if ! "$@" <<<"" >/dev/null 2>&1; then
        echo "The plot in $language: skipped, it cannot be run here"
        return
    fi
    case $language in
    python) expect 0 /usr/bin/python3 snippet ;;
    r) expect 0 Rscript snippet ;;
    gnuplot) expect 0 gnuplot snippet ;;
    esac
    [[ -s $picture ]] || fail "$picture was not drawn: $(cat stderr)"
}
plot python dilemma_pandas.png /usr/bin/python3 -c "import pandas, matplotlib"
plot r dilemma_r.pdf Rscript -e 1
plot gnuplot dilemma_gnuplot.svg gnuplot -e "print 1"
! command -v gnuplot >/dev/null || (($(grep -c '<polygon' dilemma_gnuplot.svg) >= 25)) || fail "gnuplot drew no heat map"

# What stands in tables of the page are the words that the program knows.
for word in peak reaches days_to crises crisis_days escalation public_share parties balance \
    grid list random lhs sobol morris saltelli oat uniform log_uniform normal triangular beta; do
    grep -qF "\`$word\`" "$page" || fail "docs/experiments.md does not explain '$word'"
done
for sweep in configs/sweeps/*.toml; do
    grep -qF "$sweep" "$page" || fail "docs/experiments.md does not name $sweep"
    expect 0 "$DEMARCHE" sweep "$sweep" --dry-run
    says stdout "points" "runs" "about"
done
