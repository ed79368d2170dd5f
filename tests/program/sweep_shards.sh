#!/usr/bin/env bash
# Shards, merged in any order, give the bytes of the whole sweep.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tests/program/lib/sweep.sh
source "$SOURCE_DIR/tests/program/lib/sweep.sh"

reference
for name in "${sweeps[@]}"; do
    for k in 1 2 3 4; do
        expect 0 "$DEMARCHE" sweep "$name.toml" --quiet --shard $k/4 --out "$name/$k"
    done
    for order in "1 2 3 4" "4 3 2 1" "2 4 1 3"; do
        read -ra shards <<<"$order"
        expect 0 "$DEMARCHE" merge "${shards[@]/#/$name/}" --quiet --out merged
        same "reference/$name" merged
    done
done

refused() {
    local why=$1
    shift
    expect 1 "$DEMARCHE" merge "$@" --out refused
    says stderr "$why"
    [[ ! -e refused ]] || fail "something was written"
}
refused "shard 3/4 is missing" grid/1 grid/2 grid/4
refused "'grid/2' and 'grid/2' are the same shard, 2/4" grid/1 grid/2 grid/2 grid/3 grid/4
refused "'grid/1' and 'stop/2' are no shards of one sweep: the sweep file differs" grid/1 stop/2
refused "reference/grid: is not a finished shard of a sweep" reference/grid
refused "nowhere: is not a finished shard of a sweep" nowhere
expect 0 "$DEMARCHE" sweep grid.toml --quiet --shard 1/3 --out grid/third
refused "they are of different numbers" grid/1 grid/third
expect 2 "$DEMARCHE" sweep grid.toml --shard 5/4
says stderr "'5/4' is no part of a sweep, such as 2/4"
expect 2 "$DEMARCHE" sweep grid.toml --shard 0/4
expect 2 "$DEMARCHE" sweep grid.toml --shard 1

# More shards than work.
sed -i 's/^points = 12/points = 2/' stop.toml
expect 0 "$DEMARCHE" sweep stop.toml --quiet --out few
for k in 1 2 3 4; do
    expect 0 "$DEMARCHE" sweep stop.toml --quiet --shard $k/4 --out "few.$k"
done
expect 0 "$DEMARCHE" merge few.* --quiet --out merged
same few merged
