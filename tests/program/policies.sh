#!/usr/bin/env bash
# Follows docs/policies.md to the letter in a copy of the sources that has been built before: a
# block under "... `path`:" becomes that file or, a diff, changes it; "$ command" in a console block
# is run and has to print what stands below it, where "..." is anything.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
unset CXXFLAGS

# The batteries over all policies are the only tests that are kept, and nothing gets installed. Options of the compiler are those of the
# release build, so that where ccache is installed little is compiled.
mkdir copy
tar -C "$SOURCE_DIR" --exclude=./build --exclude=./outputs --exclude=./.git -cf - . | tar -C copy -xf -
cd copy
grep -rL 'all_policies()' tests/unit tests/statistical --include='*.cpp' | xargs rm
printf '#!/bin/sh\n' >script/setup
expect 0 cmake --preset release -DCMAKE_DISABLE_FIND_PACKAGE_benchmark=ON
expect 0 script/build release

# Blocks in order: NN.kind holds the text, NN.path the file it is for.
mkdir ../blocks
awk -v folder=../blocks '
    inside && /^```$/ { inside = 0; close(name); next }
    inside { print >name; next }
    /^```/ {
        inside = 1
        name = sprintf("%s/%02d", folder, ++count)
        print path >(name ".path")
        close(name ".path")
        name = name "." substr($0, 4)
        printf "" >name
        next
    }
    /`:$/ { path = $0; sub(/`:$/, "", path); sub(/.*`/, "", path); next }
    NF { path = "" }
' docs/policies.md

# matches TEXT EXPECTED: "..." in EXPECTED stands for anything
matches() {
    local pattern=${2//.../$'\001'}
    pattern=$(printf '%s\n' "$pattern" | sed 's/[][*?\\]/\\&/g')
    # shellcheck disable=SC2053
    [[ $1 == ${pattern//$'\001'/*} ]]
}

# run_and_compare COMMAND EXPECTED
run_and_compare() {
    [[ -n $1 ]] || return 0
    local said
    said=$(bash -c "$1" 2>&1 </dev/null) || true # what it says shows how it ended
    matches "$said" "$2" || fail "docs/policies.md: \$ $1"$'\n'"$(diff <(echo "$2") <(echo "$said"))"
    followed+=("$1")
}

followed=()
for block in ../blocks/*; do
    [[ $block != *.path ]] || continue
    path=$(cat "${block%.*}.path")
    case $block in
    *.cpp | *.toml)
        [[ -n $path && ! -e $path ]] || fail "docs/policies.md: not a new file: '$path'"
        cp "$block" "$path"
        ;;
    *.diff)
        [[ -n $path ]] || fail "docs/policies.md: a change of no file"
        { printf -- '--- a/%s\n+++ b/%s\n@@ -2 +2 @@\n' "$path" "$path" && cat "$block"; } >../change
        git apply --recount ../change || fail "docs/policies.md: $path has no such lines"
        ;;
    *.console)
        command=
        expected=
        while IFS= read -r line; do
            if [[ $line == '$ '* ]]; then
                run_and_compare "$command" "$expected"
                command=${line#'$ '}
                expected=
            else
                expected+=${expected:+$'\n'}$line
            fi
        done <"$block"
        run_and_compare "$command" "$expected"
        ;;
    *) fail "docs/policies.md: a block of an unknown kind: ${block##*.}" ;;
    esac
    followed+=("$path")
done
for step in agents/grit.cpp agents/policies.cpp configs/grit.toml tests/unit/grit_test.cpp \
    './demarche policies grit'; do
    grep -qxF -- "$step" <(printf '%s\n' "${followed[@]}") || fail "docs/policies.md no longer has the step $step"
done

# What the text says about the outcome, over 500 paired runs: difference beyond three standard errors.
count() {
    awk -F, -v class="$2" 'NR == 1 { for (c = 1; c <= NF; ++c) at[$c] = c; next }
        index(class, $at["class"]) { ++n[$at["replication"]] }
        END { for (r = 0; r < 500; ++r) print n[r] + 0 }' "outputs/$1/events.csv"
}
# clearly CLASSES: mean of (with offers - in kind) in standard errors
clearly() {
    paste <(count grit "$1") <(count in_kind "$1") | awk '{ d = $1 - $2; sum += d; squares += d * d }
        END { mean = sum / NR; print mean / sqrt((squares / NR - mean * mean) / (NR - 1)) }'
}
awk -v t="$(clearly vconf,mconf)" 'BEGIN { print "conflict:", t, "standard errors"; exit !(t < -3) }' ||
    fail "no fewer conflict acts"
awk -v t="$(clearly vcoop)" 'BEGIN { print "talk:", t, "standard errors"; exit !(t > 3) }' || fail "no more talk"

# The tests that ran.
says build/release/junit.xml RespondsWithinTheContract/grit EveryParameterMatters/grit \
    Grit.TiresOfOffersThatNobodyReturns
clang_format=$(command -v clang-format-19 || true)
[[ -z $clang_format ]] || "$clang_format" --dry-run -Werror agents/*.cpp tests/unit/*.cpp || fail "not formatted"
expect 0 script/check_layers
