#!/usr/bin/env bash
# A scenario from nothing: init, check, run.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

expect 0 "$DEMARCHE" init baltic LVA RUS ZZZ --start 2026-02-28 --days 30
says stdout "baltic.toml: 3 states, 3 pairs"
says stderr "warning: no state of the world has the code 'ZZZ'"
says baltic.toml 'name = "Latvia"' "start = 2026-02-28" "[event.rebuke]" "date = 2026-03-10"
cp baltic.toml kept.toml
expect 0 "$DEMARCHE" check baltic.toml
says stdout "3 states, 2026-02-28 to 2026-03-29" "2 of 3 pairs are at the default distance of 5000 km"
expect 0 "$DEMARCHE" run baltic.toml --quiet
holds outputs baltic

# What the shipped world says of them.
expect 0 "$DEMARCHE" init known USA GBR RUS KAZ IND PAK
says known.toml "[organisation.EAEU]" 'members = ["KAZ", "RUS"]' "[organisation.NATO]" 'members = ["GBR", "USA"]'
grep -qE '^IND-PAK = \{.* border = true, .*rivalry = 1 \}   # rung = 7' known.toml || fail "India and Pakistan are no rivals"
grep -qE '^GBR-USA = \{ defence = 1,' known.toml || fail "Britain and the United States are no allies"
! grep -qE '^GBR-KAZ' known.toml || fail "a line for strangers"
says known.toml "are drawn from the gravity prior" "average over seeds: docs/experiments.md"
expect 0 "$DEMARCHE" check known.toml
says stdout "6 states" "levels are drawn from the gravity prior"
rm known.toml

expect 1 "$DEMARCHE" init baltic EST LTU
says stderr "baltic.toml: exists already; --out names another file"
cmp baltic.toml kept.toml
expect 1 "$DEMARCHE" init baltic EST LTU --out absent/baltic.toml
says stderr "absent/baltic.toml" "No such file"
expect 2 "$DEMARCHE" init baltic est Estland --days soon --out baltic.toml
says stderr "did you mean 'EST' (Estonia)?" "'Estland' cannot be" "--days must be" "exists already"
expect 2 "$DEMARCHE" init
says stderr "needs a name" "at least two states"
expect 0 "$DEMARCHE" init other EST LTU --out elsewhere.toml
expect 0 "$DEMARCHE" check elsewhere.toml
expect 0 "$DEMARCHE" init other EST LTU --out "two words.toml"
says stdout "Next: demarche check 'two words.toml'"
rm "two words.toml"
expect 0 "$DEMARCHE" check elsewhere.toml
if grep "default distance" stdout; then fail "distances of known states are facts"; fi
holds . baltic.toml elsewhere.toml kept.toml outputs stderr stdout

# The whole world has an equilibrium, too.
mapfile -t codes < <(sed -n 's/^\([A-Z]\{3\}\),.*/\1/p' "$configs/states.csv")
expect 0 "$DEMARCHE" init world "${codes[@]}" --days 2
expect 0 "$DEMARCHE" check world.toml
says stdout "${#codes[@]} states"
