# The main figures of an output folder with gnuplot, from its CSV files alone.
#
#   gnuplot -c docs/plotting/figures.gp outputs/tug_of_war figures
#
# A run: course, ladder, heat; an ensemble: fan; a sweep of two axes: map.
folder = ARG1
pictures = ARG2
system "mkdir -p '".pictures."'"
set datafile separator ","
set terminal svg size 900,450 dynamic background "white"
set key top right
set xtics nomirror rotate by -30
has(name) = int(system("test -e '".folder."/".name.".csv' && echo 1 || echo 0"))
# Where a column of a file is.
at(name, column) = int(system("head -n 1 '".folder."/".name.".csv' | tr ',' '\\n' | grep -n -x ".column." | cut -d: -f1"))
replicated(name) = int(system("head -n 1 '".folder."/".name.".csv' | grep -c '^replication,' || true"))

if (has("system") && !replicated("system")) {
    set output pictures."/course.svg"
    set xdata time; set timefmt "%Y-%m-%d"; set format x "%Y-%m-%d"
    set ylabel "escalation, Goldstein"
    c = at("system", "escalation_goldstein")
    plot folder."/system.csv" using "date":c with lines lc rgb "#0072b2" notitle
}
if (has("system") && replicated("system")) {
    # Quantiles by nearest rank, tick by tick.
    bands = "< tail -n +2 '".folder."/system.csv' | sort -t, -k2,2n -k".at("system", "escalation_goldstein").",".at("system", "escalation_goldstein")."g | awk -F, -v c=".at("system", "escalation_goldstein").\
        " 'function q(p) { i = int(p * n); if (i < p * n) ++i; return v[i < 1 ? 1 : i] } function out() { print t \",\" q(.025) \",\" q(.1) \",\" q(.25) \",\" q(.5) \",\" q(.75) \",\" q(.9) \",\" q(.975) } $2 != t { if (n) out(); t = $2; n = 0 } { v[++n] = $c } END { out() }'"
    set output pictures."/fan.svg"
    set xlabel "tick"; set ylabel "escalation, Goldstein"
    set style fill transparent solid 0.25 noborder
    plot bands using 1:2:8 with filledcurves lc rgb "#0072b2" title "95 %", bands using 1:3:7 with filledcurves lc rgb "#0072b2" title "80 %", \
        bands using 1:4:6 with filledcurves lc rgb "#0072b2" title "50 %", bands using 1:5 with lines lw 2 lc rgb "#1b1f24" title "median"
}
if (has("dyads") && !replicated("dyads")) {
    # The pair that rose and stood highest, as the report orders them.
    pair = system("awk -F, 'NR > 1 { p = $3 \"-\" $4; if (!(p in low) || $5 < low[p]) low[p] = $5; if ($5 - low[p] > up[p]) up[p] = $5 - low[p]; if ($5 > top[p]) top[p] = $5 } END { for (p in low) print 2 * up[p] + 1.01 * top[p], p }' '".folder."/dyads.csv' | sort -k1,1nr -k2 | head -n 1 | cut -d' ' -f2")
    set output pictures."/ladder.svg"
    set xdata time; set timefmt "%Y-%m-%d"; set format x "%Y-%m-%d"
    unset xlabel; set ylabel "rung"; set yrange [0:9]; set title pair
    rungs = "< awk -F, -v p=".pair." '$3 \"-\" $4 == p' '".folder."/dyads.csv'"
    acts = "< awk -F, -v p=".pair." '($4 \"-\" $5 == p || $5 \"-\" $4 == p) && $8 ~ /conf$/' '".folder."/events.csv'"
    plot rungs using 2:5 with steps lw 2 lc rgb "#1b1f24" title "rung", acts using 3:10 with points pt 9 lc rgb "#d55e00" title "acts of conflict"
    set output pictures."/heat.svg"
    unset title; set ylabel ""; set cblabel "rung"; set cbrange [0:9]; set palette defined (0 "#e9ecef", 3 "#fbb03b", 6 "#d03f2e", 9 "#4b0b2f")
    top = system("awk -F, 'NR > 1 { sum[$3 \"-\" $4] += $5 } END { for (p in sum) print sum[p], p }' '".folder."/dyads.csv' | sort -k1,1nr -k2 | head -n 25 | cut -d' ' -f2")
    set yrange [words(top) + 0.5:0.5]
    set ytics (word(top, 1) 1)
    do for [i = 2:words(top)] { set ytics add (word(top, i) i) }
    cells = "< awk -F, -v top='".top."' 'BEGIN { n = split(top, name, \" \"); for (i = 1; i <= n; ++i) row[name[i]] = i } NR > 1 && ($3 \"-\" $4) in row { print $2 \",\" row[$3 \"-\" $4] \",\" $5 }' '".folder."/dyads.csv'"
    plot cells using 1:2:3 with points pt 5 ps 0.8 palette notitle
}
if (has("summary")) {
    first = system("head -n 1 '".folder."/summary.csv' | cut -d, -f2"); second = system("head -n 1 '".folder."/summary.csv' | cut -d, -f3")
    outcome = system("sed -n 2p '".folder."/summary.csv' | cut -d, -f".at("summary", "outcome"))
    set output pictures."/sweep.svg"
    m = at("summary", "mean")
    rows = "< awk -F, -v o=".outcome." '$2 != \"\" && $".at("summary", "outcome")." == o' '".folder."/summary.csv'"
    set xlabel first
    if (second eq "outcome") {
        set ylabel outcome
        set style fill transparent solid 0.3 noborder
        plot rows using 2:(column(m + 1)):(column(m + 2)) with filledcurves lc rgb "#0072b2" title "95 %", rows using 2:(column(m)) with linespoints lc rgb "#0072b2" title "mean"
    } else {
        set ylabel second; set cblabel outcome; set palette defined (0 "#e9ecef", 3 "#fbb03b", 6 "#d03f2e", 9 "#4b0b2f")
        plot rows using 2:3:(column(m)) with image notitle
    }
}
