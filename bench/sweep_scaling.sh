#!/usr/bin/env bash
# A sweep of the tug of war on one thread, on two threads and on two MPI ranks: seconds, runs a second,
# and how many times as fast as one. Means something on an idle machine of two cores or more only.
#
#   bench/sweep_scaling.sh [REPLICATIONS]     of each of 36 points (500; starting two ranks takes half a second)
set -euo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/..")
program=$root/build/release/demarche
replications=${1-500}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
cp -r "$root/configs" .
sed "s/^replications = [0-9]*/replications = $replications/" configs/sweeps/kazakh_dilemma.toml >configs/sweeps/scaling.toml

one=
# timed NAME COMMAND...
timed() {
    local name=$1 begun
    shift
    begun=$(date +%s%N)
    "$@" sweep configs/sweeps/scaling.toml --quiet --out "$name"
    awk -v name="$name" -v ns=$(($(date +%s%N) - begun)) -v runs=$((37 * replications)) -v one="${one:-0}" 'BEGIN {
        s = ns / 1e9
        printf "%-12s %7.2f s  %7.1f runs/s  %s\n", name, s, runs / s, (one > 0 ? sprintf("%.2f times", one / s) : "")
        print s >"seconds" }'
    one=${one:-$(cat seconds)}
}
one_thread() { "$program" "$@" --threads 1; }
two_threads() { "$program" "$@" --threads 2; }
timed one_thread one_thread
timed two_threads two_threads
timed two_ranks mpirun -n 2 "$program"
cmp one_thread/runs.csv two_threads/runs.csv && cmp one_thread/runs.csv two_ranks/runs.csv
