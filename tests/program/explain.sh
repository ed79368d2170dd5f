#!/usr/bin/env bash
# What `demarche explain` says of runs of the tug of war, and what it refuses to say.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

explain() { expect 0 "$DEMARCHE" explain "$@"; }
refuses() { # CODE TEXT COMMAND...: explain ends with this code and says this
    local code=$1 text=$2
    shift 2
    expect "$code" "$DEMARCHE" explain "$@"
    says stderr "$text"
    [[ ! -s stdout ]] || fail "explains nevertheless: $*"
}
# at_least PERCENT TEXT: the first line of stdout with this text begins with a share of at least that
at_least() {
    awk -v least="$1" -v text="$2" 'index($0, text) && $2 == "%" { found = $1 + 0 >= least; exit } END { exit !found }' stdout ||
        fail "no share of $1 % or more for '$2' in"$'\n'"$(cat stdout)"
}

run() { expect 0 "$DEMARCHE" run "$configs/$1.toml" --seed "$2" --quiet --out "$3" "${@:4}"; }
run tug_of_war 4237 august
run tug_of_war_unscripted 13 unscripted
run tug_of_war_gomel 3 gomel

# The Kazakh summons: the insult.
explain august --event KAZ:summon_ambassador:BLR --json summons.json
says stdout "Main cause:  scripted: event.insult" "Most direct: 2024-08-18  KAZ criticise BLR, public"
at_least 90 "scripted: event.insult"
id=$(awk -F, '$4 == "KAZ" && $5 == "BLR" && $6 == "summon_ambassador" { print $1; exit }' august/events.csv)
cp stdout by_name
explain august --event "$id"
cmp stdout by_name || fail "an act by name and by number"

# Shares add up to one, and factors multiply to the rate, in the answer for programs, too.
awk '/"parts"/ { on = 1 } /"factors"/ { on = 0 } on && /"share"/ { gsub(/[,]/, ""); sum += $2; ++n }
    END { if (n < 5 || sum < 1 - 1e-9 || sum > 1 + 1e-9) exit 1 }' summons.json || fail "shares of summons.json"
awk '/"stimulus"/ { gsub(/,/, ""); rate = $2 } /"factor":/ { gsub(/,/, ""); rate *= $2; ++n } /"rate"/ { gsub(/,/, ""); told = $2 }
    END { if (n < 3 || rate < told * (1 - 1e-9) || rate > told * (1 + 1e-9)) exit 1 }' summons.json ||
    fail "factors of summons.json"

# A Belarusian rebuke without a script: Kazakhstan keeps out of Russia's war.
explain unscripted --event BLR:criticise:KAZ
says stdout "Main cause:  alignment: KAZ stays out of RUS's war against UKR"
at_least 80 "alignment: KAZ keeps out of an ally's war"

# Ukraine's warning: Gomel, Wagner and Chornobyl, each with its share.
explain gomel --event UKR:threaten:BLR
at_least 5 "scripted: event.gomel"
at_least 3 "armed group: group.WAGNER in BLR"
at_least 3 "WAGNER (Wagner Group) in BLR"
at_least 5 "CHORNOBYL (Chornobyl nuclear power plant"

# A climb, and none.
explain august --dyad KAZ-BLR --json dyad.json
says stdout "climbed from rung 0 (calm) to rung 3" "=> rung 3"
at_least 90 "scripted: event.insult"
says dyad.json '"question": "dyad"' '"peak_rung": 3' '"event": "insult"'
explain august --dyad RUS-UKR
says stdout "RUS-UKR did not climb"

# Without the insult BLR-KAZ stays calmer; with one run there is no interval.
explain august --without event.insult --replications 40 --json without.json
grep -qE '^BLR-KAZ, conflict acts +[0-9.]+ +[0-9.]+ +-[0-9.]+ \[-[0-9.]+, -[0-9.]+\] \*$' stdout || fail "$(cat stdout)"
says stdout "From 2024-08-15 on, 40 times"
says without.json '"from": "2024-08-15"' '"difference"'
cp stdout on_all_cores
explain august --without insult --replications 40 --threads 1
diff on_all_cores stdout || fail "another number of threads, another answer"
explain august --without insult --replications 1
! grep -q '\*' stdout || fail "an interval of one run"
explain august --without "$id" --replications 10
says stdout "one past (replication 0)" "BLR-KAZ, conflict acts"
explain gomel --without actor.WAGNER --set state.UKR.vigilance=0.1 --at 2024-08-10 --replications 5
says stdout "What if: without actor.WAGNER; state.UKR.vigilance=0.1?" "From 2024-08-10 on"

# Where many things add up, none is called the main one.
explain gomel --event 4868
says stdout "No main cause; the largest:  ordinary level: RUS to POL, vconf, 30.6 %"

# An earlier answer is replaced, anything else is not.
explain august --dyad KAZ-BLR --json without.json
says without.json '"question": "dyad"'
echo mine >mine.json
refuses 1 "mine.json: exists already and is no answer" august --dyad KAZ-BLR --json mine.json
[[ $(cat mine.json) == mine ]] || fail "mine.json was replaced"
refuses 2 "did you mean 'event.insult'?" august --event event.insutl
refuses 2 "--replications and --at belong to --without and --set" august --dyad KAZ-BLR --replications 5
refuses 2 "'run.days' cannot change on a day of a run; for a whole run: demarche run" august --set run.days=5
! grep -q "outside the run" stderr || fail "a shorter run was tried"
refuses 2 "tie.ARM-CHN: there is no pact and no affinity to take away" august --without tie.ARM-CHN

# Replications of an ensemble, by its events or, where they were not recorded, by its fingerprint.
run tug_of_war 39 four --replications 4 --record events
explain four --replication 3 --event KAZ:summon_ambassador:BLR
says stdout "Replication 3 of 4 (another: --replication R)"
at_least 90 "scripted: event.insult"
run tug_of_war 39 unrecorded --replications 4 --record system
explain unrecorded --replication 3 --event KAZ:summon_ambassador:BLR
refuses 2 "has the replications 0 to 3" four --replication 4 --dyad BLR-KAZ

run tug_of_war 39 dyads --replications 4 --record dyads
reached=$(awk -F, '$4 == "BLR" && $5 == "KAZ" && $6 > peak[$1] { peak[$1] = $6 }
    END { for (r in peak) n += peak[r] >= peak[0]; print n }' dyads/dyads.csv)
explain dyads --dyad BLR-KAZ
says stdout "Replication 0 of 4" "or more in $reached of the 4 runs."

# What if a shock had not been; a number that is set wins over a shock of its day, not of a later one.
cat >hotline.toml <<END
extends = "$configs/tug_of_war.toml"
[shock.closed]
date = 2024-08-21
set = { "tie.BLR-KAZ.private_open" = false }
END
expect 0 "$DEMARCHE" run hotline.toml --quiet --replications 2 --out hotline
another_course() { sed -n 's/^\([0-9]*\) of 20 took another course.*/\1/p' stdout; }
explain hotline --without shock.closed --replications 20
says stdout "What if: without shock.closed?" "From 2024-08-21 on"
without=$(another_course)
((without > 0)) || fail "a closed channel changes nothing"
explain hotline --set tie.BLR-KAZ.private_open=true --at 2024-08-21 --replications 20
! grep warning stderr || fail "a warning of a shock that does not set it again"
[[ $(another_course) == "$without" ]] || fail "a shock wins over --set of its day"
explain hotline --set tie.BLR-KAZ.private_open=true --replications 20
says stderr "warning: shock.closed sets tie.BLR-KAZ.private_open again on 2024-08-21; to keep it, add --without shock.closed"
explain hotline --set tie.BLR-KAZ.private_open=true --without shock.closed --replications 20
! grep warning stderr || fail "a warning of a shock that is left out"
[[ $(another_course) == "$without" ]] || fail "--without changes what --set wins"
refuses 2 "shock.closed is earlier, on 2024-08-21" hotline --without shock.closed --at 2024-09-01
refuses 2 "no shock is called 'close'; did you mean 'closed'?" hotline --without shock.close

# What is not there.
refuses 2 "ask something" august
refuses 2 "one question at a time" august --dyad BLR-KAZ --event 1
refuses 2 "did you mean 'KAZ'?" august --dyad BLR-KAX
refuses 2 "did you mean 'summon_ambassador'?" august --event KAZ:summon_ambasador:BLR
refuses 2 "has the messages 1 to" august --event 999999
refuses 2 "there is no such message" august --event KAZ:nuclear_use:BLR
refuses 2 "did you mean 'insult'?" august --without event.insullt
refuses 2 "did you mean 'WAGNER'?" august --without group.WAGER
refuses 2 "not a day of the run" august --without group.WAGNER --at 2025-01-01
refuses 2 "event.insult is earlier, on 2024-08-15" august --without event.insult --at 2024-09-01
refuses 2 "did you mean 'KAZ'?" august --set state.KAS.pacifism=1
refuses 2 "allowed: 0 to 1" august --set state.KAZ.pacifism=7
says stderr "--set state.KAZ.pacifism=7"
refuses 2 "a tie is written in alphabetical order: 'BLR-KAZ'" august --set tie.KAZ-BLR.rivalry=1
refuses 2 "for a whole run: demarche run august/scenario.toml --set event.insult.salience=1" august --set event.insult.salience=1
refuses 2 "'insult'" august --without event.x --without site.y # every problem at once
says stderr "no event is called 'x'" "no site is called 'y'"
refuses 1 "no such folder" nowhere --dyad BLR-KAZ
mkdir empty
refuses 1 "not an output of this program" empty --dyad BLR-KAZ

# Another program would have made another run: nothing is explained, and both versions are named.
cp -r august other
sed -i 's/"fingerprint": "[0-9a-f]*"/"fingerprint": "0123456789abcdef"/; s/"version": "[^"]*"/"version": "0.0.9"/' other/manifest.json
refuses 1 "run again, it comes out differently" other --event "$id"
says stderr "demarche 0.0.9" "$("$DEMARCHE" --version)"
cp -r four changed
sed -i 's/^3,\([0-9]*\),9,/3,\1,8,/' changed/events.csv
refuses 1 "run again, it comes out differently" changed --replication 3 --dyad BLR-KAZ
cp -r august edited
sed -i 's/^pacifism = 0.8/pacifism = 0.9/' edited/scenario.toml
refuses 1 "scenario.toml is not the one that was run" edited --dyad BLR-KAZ

# docs/explain.md shows what is printed.
shown() { # FIRST LAST: the indented block between lines that begin so
    sed -n "/^    $1/,/^    $2/{s/^    //;p}" "$SOURCE_DIR/docs/explain.md"
}
explain august --event KAZ:summon_ambassador:BLR
for block in "Why 2024-08-19|   0.8 %  everything smaller" "From the stimulus|  In this tick" "The act among|  Channel:"; do
    shown "${block%|*}" "${block#*|}" >shown
    [[ -s shown ]] || fail "docs/explain.md does not show ${block%|*}"
    while IFS= read -r line; do
        [[ -z $line ]] || grep -qxF -- "$line" stdout || fail "docs/explain.md shows a line that is not printed: $line"
    done <shown
done
explain august --dyad BLR-KAZ --threshold 0.05
shown "Why BLR-KAZ" "   1.1 %  everything smaller" >shown
diff shown stdout || fail "docs/explain.md shows another forest"
! sanitized || exit 0 # 200 runs, for figures
explain august --without event.insult --replications 200
shown "What if: " "\* the interval" >shown
diff shown stdout || fail "docs/explain.md shows other differences"
