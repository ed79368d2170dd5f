#!/usr/bin/env bash
# Event files and tables of states through the program: imported, reported on, refused.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

# row CELL...: one line with tabs
row() {
    local IFS=$'\t'
    echo "$*"
}

{
    row "Event ID" "Event Date" "Source Name" "Source Sectors" "Source Country" "Event Text" "CAMEO Code" Intensity \
        "Target Name" "Target Sectors" "Target Country" "Story ID"
    row 1 2018-01-02 Japan "" Japan "Make a visit" 042 1.9 "Foreign Affairs (France)" "" France 7
    row 2 2018-01-01 "Military (Russia)" "Government,Military" "Russian Federation" "Threaten" 138 -7.0 Japan "" Japan 7
    row 3 2018-01-02 "Citizen (France)" "Social" France "Accuse" 112 -2.0 Japan "" Japan 7
    row 4 2018-02-30 Japan "" Japan "Make a visit" 042 1.9 France "" France 7
} >events.tab

expect 0 "$DEMARCHE" import events events.tab --format icews --out out.csv.gz --report report.csv
says stdout "out.csv.gz: 2 rows, 2 acts, 2018-01-01 to 2018-01-02" "Citizen (France)"
says stderr "events.tab:5:3: error: '2018-02-30' is no date"
printf '%s\n' date,source,target,cameo,goldstein,class,n 2018-01-01,RUS,JPN,138,-7,vconf,1 \
    2018-01-02,JPN,FRA,042,1.9,vcoop,1 | diff - <(gunzip <out.csv.gz) || fail "the table (< expected)"
says report.csv "lines,read,4" "lines,malformed,1" "dropped,an actor that is no government,1" "unmapped,Citizen (France),1"

# An earlier import is replaced, anything else is not; without --out events go to standard output.
expect 0 "$DEMARCHE" import events events.tab --format icews --out out.csv.gz --quiet
[[ ! -s stdout ]] || fail "--quiet prints $(cat stdout)"
echo mine >mine.csv
expect 1 "$DEMARCHE" import events events.tab --format icews --out mine.csv
says stderr "mine.csv: exists already and is no earlier import; --out names another file"
[[ $(cat mine.csv) == mine ]] || fail "mine.csv was replaced"
expect 1 "$DEMARCHE" import events events.tab --format icews --out other.csv.gz --report mine.csv
says stderr "mine.csv: exists already and is no earlier report of an import; --report names another file"
expect 1 "$DEMARCHE" import events events.tab --format icews --out nowhere/out.csv
says stderr "nowhere/out.csv"
expect 0 "$DEMARCHE" import events events.tab --format icews
[[ $(head -n 1 stdout) == date,source* && $(wc -l <stdout) -eq 3 ]] || fail "standard output: $(cat stdout)"
says stderr "distinct facts"

# What is read is never written over.
cp out.csv.gz kept.csv.gz
expect 1 "$DEMARCHE" import events out.csv.gz --format csv --out out.csv.gz
says stderr "out.csv.gz: is to be read; --out names another file"
cmp out.csv.gz kept.csv.gz || fail "an import changed its own input"
rm kept.csv.gz

# What a table says of itself survives a second import, plain or packed.
expect 0 "$DEMARCHE" import events out.csv.gz --format csv --out again.csv
cmp again.csv <(gunzip <out.csv.gz) || fail "a second import changes the table"

# Wrong inputs: a clear message, exit code 1, nothing written.
: >empty.csv
head -c 40 out.csv.gz >cut.csv.gz
mkdir folder
head -c 1000 "$DEMARCHE" >binary.csv
(echo "source,date"; echo "JPN,2018-01-01") >other.csv
expect 1 "$DEMARCHE" import events empty.csv cut.csv.gz folder binary.csv absent.csv other.csv --format csv --out no.csv
says stderr "empty.csv:1:1: error: the file is empty" "the archive is truncated" "folder: error: is a folder" \
    "binary.csv: error: is no text" "absent.csv: error: cannot be read" "other.csv:1:1: error: no column is called" \
    "problems; nothing was done"
(head -n 1 events.tab; row 5 2018-01-02 France "" France x 042 1 "Citizen (France)" "" France 7) >none.tab
expect 1 "$DEMARCHE" import events none.tab --format icews --out no.csv
says stderr "no line is an event between two states"
expect 2 "$DEMARCHE" import events events.tab --format wrong
expect 2 "$DEMARCHE" import
expect 0 "$DEMARCHE" import events --help
says stdout "demarche import events events.2018.tab.zip --format icews"
expect 0 "$DEMARCHE" import world --help
says stdout "--capabilities"

# A world: imported, checked, run.
printf '%s\n' stateabb,ccode,year,cinc USA,2,2012,.15 UKG,200,2012,.02 RUS,365,2012,.04 >nmc.csv
printf '%s\n' mem1,mem2,year,defense,neutral,nonagg,consul 2,200,2012,1,0,0,1 >atop.csv
printf '%s\n' state1no,state2no,year,conttype 2,365,2012,4 >contdird.csv
printf '%s\n' ccode1,ccode2,year,nato 2,200,2012,1 >igo.csv
world=(import world --year 2012 --capabilities nmc.csv --alliances atop.csv --contiguity contdird.csv --igo igo.csv)
expect 0 "$DEMARCHE" "${world[@]}" --out world.toml
says stdout "world.toml: 3 states, 2 ties, 1 organisations"
expect 0 "$DEMARCHE" check world.toml
says stdout "3 states, 2012-01-01 to 2012-12-29, 52 ticks of 7 days"
expect 0 "$DEMARCHE" run world.toml --quiet
expect 1 "$DEMARCHE" "${world[@]}" --out world.toml
says stderr "world.toml: exists already; --out names another file"
tr , ';' <nmc.csv >semicolons.csv
expect 1 "$DEMARCHE" import world --year 2012 --capabilities semicolons.csv --out none.toml
says stderr "semicolons.csv:1:1: error: no column is called 'ccode'; the cells must be separated by commas, not by semicolons"
rm semicolons.csv
expect 1 "$DEMARCHE" import world --year 1950 --capabilities nmc.csv --out none.toml
says stderr "nmc.csv: error: has no state in 1950; years: 2012 to 2012"
holds . again.csv atop.csv binary.csv contdird.csv cut.csv.gz empty.csv events.tab folder igo.csv mine.csv nmc.csv none.tab \
    other.csv out.csv.gz outputs report.csv stderr stdout world.toml
