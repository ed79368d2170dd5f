#!/usr/bin/env bash
# What `cmake --install` puts in place, moved elsewhere afterwards: the program runs the installed
# scenarios, and the program in examples/ builds on the package alone.
# shellcheck source=tests/program/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
: "${BUILD_DIR:?the folder in which the program was built}"

expect 0 cmake --install "$BUILD_DIR" --prefix "$scratch/staged"
mv staged installed
prefix=$scratch/installed
lib=$(sed -n 's/^CMAKE_INSTALL_LIBDIR:PATH=//p' "$BUILD_DIR/CMakeCache.txt") # lib, lib64, ...
holds installed bin include "${lib%%/*}" share
holds installed/bin demarche
holds installed/include demarche
holds installed/include/demarche agents sim
holds installed/include/demarche/sim core engine io study
holds "installed/$lib" cmake libdemarche.a
holds installed/share demarche doc
diff -r "$configs" installed/share/demarche/configs || fail "the installed scenarios differ"
cmp installed/share/doc/demarche/LICENSE "$SOURCE_DIR/LICENSE"
diff -r "$SOURCE_DIR/docs" installed/share/doc/demarche/docs || fail "the installed documents differ"
package=installed/$lib/cmake/Demarche
for path in "$SOURCE_DIR" "$BUILD_DIR" "$scratch"; do
    ! grep -rF -- "$path" "$package" || fail "the package names a folder of this machine: $path"
done
says "$package/DemarcheTargets.cmake" -ffp-contract=off -fno-fast-math cxx_std_20

# The program, on the scenarios beside it.
for scenario in installed/share/demarche/configs/*.toml; do
    [[ $scenario != */@(acts|facts).toml ]] || continue # the vocabulary and what is known of the world
    expect 0 installed/bin/demarche check "$scenario"
done
expect 0 installed/bin/demarche run "$prefix/share/demarche/configs/minimal.toml" --out by_installed
expect 0 "$DEMARCHE" run "$configs/minimal.toml" --out by_built
same_tables by_built by_installed

# No installed header includes one that is not.
(cd installed/include/demarche && find . -name '*.h' | sort) >headers
(cd "$SOURCE_DIR" && find ./agents ./sim -name '*.h' ! -path './sim/cli/*' | sort) | diff - headers ||
    fail "installed headers (< sources)"
sed 's/^\.\/\(.*\)$/#include "\1"/' headers >every_header.cpp
expect 0 "${CXX:-c++}" -std=c++20 -fsyntax-only -Wall -Wextra -Werror -I installed/include/demarche every_header.cpp

# The example, outside the source tree.
cp -r "$SOURCE_DIR/examples" example
expect 0 cmake -S example -B example/build -G Ninja "-DCMAKE_PREFIX_PATH=$prefix"
expect 0 cmake --build example/build
scenario=$prefix/share/demarche/configs/minimal.toml
change=(ALD BRN 2 event.rebuke.salience 0.1 20)
expect 0 example/build/compare "$scenario" "${change[@]}"
cp stdout answer

# The same from the tables of the program: 200 replications each, peaks of the pair's rung.
for salience in 0.1 20; do
    expect 0 installed/bin/demarche run "$scenario" --replications 200 --record dyads --quiet \
        --set "event.rebuke.salience=$salience" --out "salience_$salience"
    awk -F, 'NR == 1 { for (c = 1; c <= NF; ++c) at[$c] = c; next }
        $at["a"] == "ALD" && $at["b"] == "BRN" && $at["rung"] >= 2 { climbed[$at["replication"]] = 1 }
        END { for (r = 0; r < 200; ++r) print climbed[r] + 0 }' "salience_$salience/dyads.csv" >"climbed_$salience"
done
paste climbed_0.1 climbed_20 | awk '{ a += $1; b += $2; d = $2 - $1; sum += d; squares += d * d }
    END { mean = sum / NR; se = sqrt((squares / NR - mean * mean) / (NR - 1))
          printf "%.3f and %.3f, change %.3f (standard error %.3f)\n", a / NR, b / NR, mean, se }' >expected
diff expected answer || fail "the example (>) and the tables of the program (<) disagree"
awk '{ exit !($1 > 0 && $3 < 1 && $1 != $3) }' answer || fail "nothing to compare: $(cat answer)"

# The other example, and the same from a sweep file.
expect 0 example/build/sweep "$scenario" state.BRN.face 0 2
cp stdout answer
cat >face.toml <<END
name = "face"
scenario = "$scenario"
replications = 50
[design]
kind = "grid"
levels = 5
[axis]
face = { path = "state.BRN.face", range = [0, 2] }
END
expect 0 installed/bin/demarche sweep face.toml --quiet --out face
awk -F, '$1 > 0 && $3 == "escalation_rivera" { printf "%s: %s [%s, %s]\n", $2, $6, $7, $8 }' face/summary.csv >expected
diff expected answer || fail "the example (>) and the sweep of the program (<) disagree"
