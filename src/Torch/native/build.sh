#!/bin/sh
# Builds libsimclr_torch.so into artifacts/native. Does nothing when neither the sources nor the choice of libtorch changed.
# The libtorch: $LIBTORCH, else the one inside an installed PyTorch, else the system's (/usr). Exit status 3: there is none.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
artifacts=$(cd "$here/../../.." && pwd)/artifacts
build=$artifacts/native-build
output=$artifacts/native
log=$build/build.log
stamp=$build/stamp

sources=$(cat "$here"/*.cpp "$here"/*.h "$here/CMakeLists.txt" "$here/build.sh" | cksum)
# Everything that the choice depends on and that costs no Python start to look at.
situation="$sources ${LIBTORCH:-} $(command -v python3 || true) ${VIRTUAL_ENV:-} ${PYENV_VERSION:-} $(echo /usr/include/jpeglib.h*)"
if [ -f "$stamp" ] && [ -f "$output/libsimclr_torch.so" ] && [ "$(cat "$stamp")" = "$situation" ]; then
    exit 0
fi

torch_inside() { # the root of the libtorch that this Python's torch uses, or nothing
    "$1" - 2>/dev/null <<'PYTHON' || true
import importlib.util, os
spec = importlib.util.find_spec("torch")
root = os.path.dirname(spec.origin) if spec and spec.origin else ""
if root and os.path.exists(os.path.join(root, "lib", "libtorch_cpu.so")) and os.path.exists(os.path.join(root, "include", "ATen")):
    print(os.path.realpath(root))
PYTHON
}

root=${LIBTORCH:-}
for python in python3 /usr/bin/python3; do
    if [ -z "$root" ] && command -v "$python" >/dev/null 2>&1; then
        root=$(torch_inside "$python")
    fi
done
if [ -z "$root" ]; then
    root=/usr # Debian's PyTorch links to the system's libtorch, so it needs no case of its own
fi
if [ ! -f "$root/include/ATen/ATen.h" ]; then
    echo "simclr: no libtorch found; set LIBTORCH to one, install PyTorch, or install the package libtorch-dev"
    exit 3
fi

mkdir -p "$build" "$output"
if command -v flock >/dev/null 2>&1; then # two builds at once would write over each other
    exec 9>"$build/lock"
    flock 9
fi
generator=
if command -v ninja >/dev/null 2>&1; then
    generator="-G Ninja"
fi
jobs=$(nproc 2>/dev/null || echo 2) # make, given no number, compiles every file at once
# A build folder remembers the libtorch it was made for.
if [ ! -f "$build/root" ] || [ "$(cat "$build/root")" != "$root" ]; then
    rm -rf "$build/CMakeCache.txt" "$build/CMakeFiles"
    printf '%s' "$root" >"$build/root"
fi
if ! { cmake -S "$here" -B "$build" $generator -DTORCH_ROOT="$root" -DSIMCLR_OUTPUT="$output" && cmake --build "$build" --parallel "$jobs"; } >"$log" 2>&1; then
    echo "simclr: the native shim did not build against the libtorch in $root; see $log"
    exit 1
fi
printf '%s' "$situation" >"$stamp"
