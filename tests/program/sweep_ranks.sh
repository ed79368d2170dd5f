#!/usr/bin/env bash
# The bytes of a sweep do not depend on the number of MPI ranks; a sweep begun on some ranks goes on
# on others.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tests/program/lib/sweep.sh
source "$SOURCE_DIR/tests/program/lib/sweep.sh"

# As many as somebody said, whoever did; then nothing else is printed by any rank.
if [[ $(ldd "$DEMARCHE") != *boost_mpi* ]]; then
    expect 1 env OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=0 "$DEMARCHE" sweep grid.toml
    says stderr "built without MPI" "--shard"
    expect 1 env OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=3 "$DEMARCHE" sweep grid.toml
    [[ ! -s stderr ]] || fail "every rank complains: $(cat stderr)"
    echo "Sweeps on several ranks: skipped, the program was built without MPI"
    exit 77
fi
command -v mpirun >/dev/null || { echo "skipped, there is no mpirun"; exit 77; }
export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 # Open MPI does not give back what it loads
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl_vader_single_copy_mechanism=none

reference
for name in "${sweeps[@]}"; do
    for ranks in 1 2 3 5; do
        expect 0 mpirun -n $ranks "$DEMARCHE" sweep "$name.toml" --quiet --out "$name.$ranks"
        same "reference/$name" "$name.$ranks"
    done
done
expect 0 mpirun -n 2 "$DEMARCHE" sweep grid.toml --threads 2 --quiet --out grid.threads
same reference/grid grid.threads
expect 0 mpirun -n 3 "$DEMARCHE" sweep grid.toml --shard 1/2 --quiet --out shard.1
expect 0 mpirun -n 2 "$DEMARCHE" sweep grid.toml --shard 2/2 --quiet --out shard.2
expect 0 "$DEMARCHE" merge shard.2 shard.1 --quiet --out merged
same reference/grid merged

# A rank is lost in the middle: MPI ends them all, and what was finished is kept.
sed -i 's/^replications = 30/replications = 600/' grid.toml
mpirun -n 3 "$DEMARCHE" sweep grid.toml --quiet --out lost 2>/dev/null &
job=$!
trap 'kill -KILL $job 2>/dev/null || true; rm -rf "$scratch"' EXIT
for _ in {1..1000}; do
    [[ -n $(find lost.part -name '*.runs' -size +40k 2>/dev/null) ]] && break
    sleep 0.01
done
read -ra processes <<<"$(cat /proc/$job/task/*/children)"
kill -KILL "${processes[1]}"
! wait $job || fail "nobody missed the lost rank"
[[ ! -e lost ]] || fail "a sweep that lost a rank left an output"
before=$(find lost.part -name '*.runs' -printf '%s')
((before > 40000)) || fail "results were lost"
expect 0 mpirun -n 2 "$DEMARCHE" sweep grid.toml --quiet --out lost
expect 0 "$DEMARCHE" sweep grid.toml --quiet --out whole
same whole lost

# Wrong files are reported once.
sed -i 's/^kind = "grid"/kind = "gird"/' grid.toml
expect 1 mpirun -n 3 "$DEMARCHE" sweep grid.toml --quiet --out wrong
(($(grep -c "did you mean 'grid'?" stderr) == 1)) || fail "every rank reports the same: $(cat stderr)"
