#!/bin/sh
# Builds libsimclr_kernels.so into artifacts/kernels. Does nothing when neither the sources nor what they are built with changed.
# Exit status 1: it does not build; 3: there is no C++ compiler or no CMake. Either is said in one line.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
artifacts=$(cd "$here/../.." && pwd)/artifacts
build=$artifacts/kernels-build
output=$artifacts/kernels
log=$build/build.log
stamp=$build/stamp

sources=$(cat "$here"/*.cpp "$here"/*.h "$here/CMakeLists.txt" "$here/build.sh" | cksum)
situation="$sources ${CXX:-} $(echo /usr/include/jpeglib.h*)"
is_built() {
    [ -f "$stamp" ] && [ -f "$output/libsimclr_kernels.so" ] && [ "$(cat "$stamp")" = "$situation" ]
}
if is_built; then
    exit 0
fi

if ! command -v cmake >/dev/null 2>&1; then
    echo "simclr: no CMake found, which builds the kernels; install the package cmake"
    exit 3
fi
compiler=
for candidate in ${CXX:-c++ g++ clang++}; do # of $CXX, whose first word is the compiler, the others are its options
    if [ -z "$compiler" ] && command -v "$candidate" >/dev/null 2>&1; then
        compiler=$candidate
    fi
done
if [ -z "$compiler" ]; then
    echo "simclr: no C++ compiler found, which builds the kernels; install the package g++ or set CXX to one"
    exit 3
fi

mkdir -p "$build" "$output"
if command -v flock >/dev/null 2>&1; then # two builds at once would write over each other
    exec 9>"$build/lock"
    flock 9
    if is_built; then # by the other one
        exit 0
    fi
fi
generator=
if command -v ninja >/dev/null 2>&1; then
    generator="-G Ninja"
fi
jobs=$(nproc 2>/dev/null || echo 2) # make, given no number, compiles every file at once
# A build folder remembers what it was made for: where the sources are, the compiler and what builds.
made_for="$here ${CXX:-} $generator"
if [ ! -f "$build/made-for" ] || [ "$(cat "$build/made-for")" != "$made_for" ]; then
    rm -rf "$build/CMakeCache.txt" "$build/CMakeFiles"
    printf '%s' "$made_for" >"$build/made-for"
fi
if ! { cmake -S "$here" -B "$build" $generator -DSIMCLR_OUTPUT="$output" && cmake --build "$build" --parallel "$jobs"; } >"$log" 2>&1; then
    echo "simclr: the kernels did not build; see $log"
    exit 1
fi
printf '%s' "$situation" >"$stamp"
