#!/usr/bin/env bash
# A sweep that is killed at any moment keeps its finished runs; the same command goes on and gives
# the same bytes. Whatever has changed in between is refused, and named.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tests/program/lib/sweep.sh
source "$SOURCE_DIR/tests/program/lib/sweep.sh"
process=
trap '[[ -z $process ]] || kill -KILL "$process" 2>/dev/null || true; rm -rf "$scratch"' EXIT
kept() { { find out -name '*.runs' -printf '%s\n' 2>/dev/null || true; } | awk '{ sum += $1 } END { print sum + 0 }'; }

# Long enough to be killed twenty times, or ten where every step takes longer.
kills=20
sed -i 's/^replications = 30/replications = 300/' grid.toml
sed -i 's/^half_width = .*/half_width = 0.02/; s/^max = 500/max = 1500/' stop.toml
if sanitized; then
    kills=10
    sed -i 's/^max = 1500/max = 500/' stop.toml
fi
reference
for name in grid stop; do
    sweep=("$DEMARCHE" sweep "$name.toml" --quiet --threads 2 --out "out/$name")
    milliseconds() { echo $(($(date +%s%N) / 1000000)); }
    rm -rf out
    begun=$(milliseconds)
    expect 0 "${sweep[@]}"
    whole=$(($(milliseconds) - begun))
    rm -rf out
    killed=0
    went_on=0
    while ((killed < kills)); do
        before=$(kept)
        "${sweep[@]}" 2>/dev/null &
        process=$!
        sleep "$(printf '0.%03d' $((RANDOM % (whole / 8 + 1) % 1000)))"
        kill -KILL $process 2>/dev/null || true
        code=0
        wait $process 2>/dev/null || code=$?
        process=
        # It was faster, at least to the end of the output: that one counts, too, and the next begins anew.
        if ((code == 0)) || [[ -e out/$name ]]; then
            same "reference/$name" "out/$name"
            rm -rf out
            continue
        fi
        [[ $code == 137 ]] || fail "the sweep ended with $code before it was killed"
        ((killed += 1))
        (($(kept) >= before)) || fail "results were lost: $(kept) bytes after $before"
        (($(kept) == before)) || ((went_on += 1))
    done
    ((6 * went_on > kills)) || fail "killed too early: only $went_on of $kills got anywhere"
    expect 0 "${sweep[@]}"
    same "reference/$name" "out/$name"
    holds out "$name"
done

# Ctrl-C and SIGTERM leave resumable work, too; what a torn last line left is computed again.
rm -rf out
sweep=("$DEMARCHE" sweep grid.toml --quiet --threads 2 --out out/grid)
declare -A code_of=([INT]=130 [TERM]=143)
for signal in INT TERM; do
    before=$(kept)
    "${sweep[@]}" 2>stderr &
    process=$!
    for _ in {1..500}; do
        (($(kept) > before + 20000)) && break
        sleep 0.01
    done
    kill "-$signal" $process
    code=0
    wait $process || code=$?
    process=
    [[ $code == "${code_of[$signal]}" ]] || fail "SIG$signal: exit code $code"
    says stderr "interrupted" "are kept in 'out/grid.part'"
done
truncate -s -7 out/grid.part/round-0.runs
printf 'torn' >>out/grid.part/round-0.runs

# Refused while something is different, each named.
cp grid.toml grid.kept
cp minimal.toml minimal.kept
sed -i 's/^replications = 300/replications = 301/' grid.toml
expect 1 "${sweep[@]}"
says stderr "out/grid.part" "changed since: the sweep file;" "--restart"
sed -i 's/^pacifism = 0.8/pacifism = 0.7/' minimal.toml
expect 1 "${sweep[@]}"
says stderr "changed since: the sweep file and the scenario;"
cp grid.kept grid.toml
expect 1 "${sweep[@]}"
says stderr "changed since: the scenario;"
cp minimal.kept minimal.toml
expect 1 "${sweep[@]}" --shard 1/2
says stderr "changed since: the shard (1/2, not 1/1)"
cp out/grid.part/identity.json identity
sed -i 's/"commit": "[^"]*"/"commit": "another"/' out/grid.part/identity.json
expect 1 "${sweep[@]}"
says stderr "changed since: the program ("
cp identity out/grid.part/identity.json

expect 0 "${sweep[@]}"
same reference/grid out/grid

# A finished one stays, with its report, unless something is different.
expect 0 "$DEMARCHE" report out/grid
touch -d '2001-01-01' out/grid/summary.csv out/grid/report.html
expect 0 "${sweep[@]}"
says stderr "'out/grid' is finished already" "--restart"
[[ -e out/grid/report.html && out/grid/summary.csv -ot grid.kept ]] || fail "a finished sweep was run again"
sed 's/^replications = 300/replications = 4/' grid.kept >grid.toml
expect 0 "${sweep[@]}"
[[ ! -e out/grid/report.html && out/grid/summary.csv -nt grid.kept ]] || fail "another sweep was not run"
touch -d '2001-01-01' out/grid/summary.csv
expect 0 "${sweep[@]}" --restart
[[ out/grid/summary.csv -nt grid.kept ]] || fail "--restart did not run the sweep again"
cp grid.kept grid.toml

# --restart throws away.
"${sweep[@]}" --restart 2>/dev/null &
process=$!
for _ in {1..500}; do
    (($(kept) > 20000)) && break
    sleep 0.01
done
kill -KILL $process
wait $process 2>/dev/null || true
process=
sed -i 's/^replications = 300/replications = 5/' grid.toml
expect 0 "${sweep[@]}" --restart
expect 0 "$DEMARCHE" sweep grid.toml --quiet --out fresh
same fresh out/grid
holds out grid
