#!/usr/bin/env bash
# Every command of README.md, CONTRIBUTING.md and docs is run as it is written but for the number of runs, which
# is 2, in a copy of what it needs, or stands on the list below with the reason why not.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

# What builds, tests or installs is not run from within a test; that it exists is checked.
declare -A elsewhere=(
    [script/test]="runs this test"
    [script/setup]="installs packages; the first step of .ci/run"
    [script/check]="static checks; a step of .ci/run"
    [script/check_layers]="a step of script/check"
    [script/golden]="remakes files of the repository; program.golden compares them"
    [script/bench]="measures for minutes"
    [script/picture]="needs a browser, which this test must not; browser.reports has one"
    [script/fuzz]="its short run is a step of .ci/run"
    [script/reproduce]="four builds; a step of .ci/run"
    ["demarche validate --markdown"]="simulates twelve years; program.validate runs a short one"
    [.ci/run]="runs everything, this test too"
    [script/build]="builds everything; program.install installs it and builds examples on it"
    ["cmake --workflow --preset dev"]="builds everything; the presets are those of script/build"
)

documents=("$SOURCE_DIR"/{README,CONTRIBUTING}.md "$SOURCE_DIR"/docs/*.md "$SOURCE_DIR"/docs/scenarios/*.md)

# commands FILE: lines of indented and fenced blocks that begin like a command, and code in running
# text that does; comments and the blanks before them are cut off
commands() {
    awk '
        function is_command(text) { return text ~ /^(\.\/)?demarche |^script\/|^\.ci\/|^cmake / }
        function found(text) { sub(/[ \t]+#.*/, "", text); sub(/[ \t]+$/, "", text); if (is_command(text)) print text }
        /^```/ { fenced = !fenced; next }
        fenced { found($0); next }
        /^    / { found(substr($0, 5)); next }
        { n = split($0, part, "`"); for (i = 2; i <= n; i += 2) found(part[i]) }
    ' "$1"
}

# The copy: scenarios and the program under its usual names.
cp -r "$configs" configs
mkdir docs
printf '#!/bin/sh\nexec "%s" "$@"\n' "$DEMARCHE" >demarche
chmod +x demarche
PATH=$scratch:$PATH

# A file that a document shows, named in its first line, is there for the commands after it.
awk '/^```toml/ { getline; if ($0 ~ /^# [a-z_]+\.toml$/) file = $2 }
    /^```$/ { file = "" }
    file != "" { print >file }' "${documents[@]}"

# Two runs where documents make hundreds: what is tested is that the commands are right. Their figures have tests of
# their own.
sed -i -E 's/^replications = [0-9]+/replications = 2/' configs/sweeps/*.toml ./*.toml
few() { sed -E 's/--replications [0-9]+/--replications 2/; s/^((\.\/)?demarche validate)/\1 --worlds 2 --years 1/'; }

ran=0
for document in "${documents[@]}"; do
    while IFS= read -r command; do
        where="${document#"$SOURCE_DIR"/}: $command"
        for listed in "${!elsewhere[@]}"; do
            if [[ $command == "$listed" || $command == "$listed "* ]]; then
                [[ $listed == @(cmake|demarche)\ * || -x $SOURCE_DIR/$listed ]] || fail "$where: no such script"
                used[ran++]=$listed
                continue 2
            fi
        done
        [[ $command == *demarche\ * && $command != script/* ]] || fail "$where: neither run nor on the list"
        # A synopsis (`demarche run CONFIG`) names a command that can be asked for help.
        if [[ " $command " =~ \ (\[|[a-z0-9_]+=)?[A-Z]{4,}\]?\  || $command =~ ^demarche\ (run|init|sweep|merge|fit|score|report|explain|import.*)$ ]]; then
            command="${command%% [A-Z[]*}"
            command="${command%% --*} --help"
        fi
        command=$(few <<<"$command")
        (eval "$command") >"stdout.$ran" 2>stderr </dev/null || fail "$where"$'\n'"$(cat stderr)"
        [[ -s stdout.$ran || $command == *\>* ]] || fail "$where: prints nothing"
        used[ran++]=$command
    done < <(commands "$document")
done
((ran >= 20)) || fail "only $ran commands were found"
for listed in "${!elsewhere[@]}"; do
    # Not through a pipe: grep stops reading where it has found it.
    grep -qxF -- "$listed" <(printf '%s\n' "${used[@]}") || fail "'$listed' is on the list, but in no document"
done

# What README shows of a run is what the run prints, but for the time it took.
without_time() { sed -E 's/, one run in .*\.$/, one run in TIME./'; }
sed -n '/^    Tug of war:/,/^    Fingerprint /s/^ \{0,4\}//p' "$SOURCE_DIR/README.md" | without_time >shown
./demarche run configs/tug_of_war.toml --out again >printed
sed '/^Fingerprint /q' printed | without_time >expected
[[ $(wc -l <shown) -ge 10 ]] || fail "README.md shows no table"
diff shown expected || fail "README.md does not show what the program prints (>)"

expect 0 ./demarche reference
cmp stdout "$SOURCE_DIR/docs/scenarios.md" || fail "docs/scenarios.md is not what demarche reference prints"
