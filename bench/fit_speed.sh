#!/usr/bin/env bash
# What a fit of a year of all pairs of states costs: one value with its gradient beside the same in
# numpy, and the whole fit with effects of actors and pairs.
#
#   bench/fit_speed.sh EVENTS     EVENTS: as `demarche fit` reads them, such as ICEWS 2018
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

[[ $# == 1 && -r $1 ]] || {
    echo "usage: bench/fit_speed.sh EVENTS" >&2
    exit 2
}
events=$(readlink -f "$1")
script/build

DEMARCHE_LIKELIHOOD_EVENTS=$events build/release/tests/demarche_slow_tests \
    --gtest_filter='LikelihoodReference.IsThatOfNumpyOnTheEventsOf' | grep cases

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/all_pairs.toml" <<'TOML'
name = "all pairs"

[window.year]
events = "year"
weeks = [1, 42]

[effects]
actors = true
pairs = true
activity = 0
TOML
time ./demarche fit "$work/all_pairs.toml" --events year="$events" --out "$work/out" 2>&1 | tail -n 12
