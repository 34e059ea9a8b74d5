#!/usr/bin/env bash
# On a machine with a CUDA device and PyTorch: that the device computes what the processor does, then how fast.
#   bench/gpu.sh PUBLISHED
# PUBLISHED is the program with its runtime, made anywhere by
#   dotnet publish src/Cli -c Release -r linux-x64 --self-contained -o PUBLISHED
# Needed here: python3 (or SIMCLR_PYTHON) with torch, or LIBTORCH; g++; cmake. Not needed: dotnet.
# DEVICE=cpu tries this script itself where there is no such device.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
device=${DEVICE:-cuda}
python=${SIMCLR_PYTHON:-python3}

fail() {
    echo "gpu.sh: $1" >&2
    exit 2
}

[ $# -eq 1 ] || fail "give the folder of the published program: bench/gpu.sh PUBLISHED"
simclr=$1/simclr
[ -x "$simclr" ] || fail "$1 has no program 'simclr': make it with dotnet publish src/Cli -c Release -r linux-x64 --self-contained -o $1"
for tool in "$python" g++ cmake; do
    command -v "$tool" >/dev/null || fail "$tool is missing"
done

# ---- the shim, against this machine's libtorch ---------------------------------------------------------------------------------------

if [ -z "${LIBTORCH:-}" ] && [ -n "${SIMCLR_PYTHON:-}" ]; then
    torch=$("$python" -c 'import os, torch; print(os.path.dirname(os.path.realpath(torch.__file__)))' 2>/dev/null) ||
        fail "$python has no torch"
    # A PyTorch that was installed beside the system's libtorch has none of its own.
    [ ! -f "$torch/include/ATen/ATen.h" ] || export LIBTORCH=$torch
fi
"$root/src/Torch/native/build.sh" >&2 || exit 2
export SIMCLR_TORCH_NATIVE=$root/artifacts/native/libsimclr_torch.so

# ---- ten steps on both, in float32 ---------------------------------------------------------------------------------------------------

# With a small learning rate: at the usual one, losses of so young a network go apart by the order of sums alone.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/ten-steps.yaml" <<'YAML'
name: ten-steps
precision: float32
data: { source: synthetic, image: 32, classes: 10, unlabelled: 320, labels: 40 }
encoder: { resnet: 18, width: 0.25, stem: small }
pretrain: { epochs: 1, batch: 32, temperature: 0.5, head: { layers: 2, out: 32 }, optimizer: { lars: { lr: 0.01 } } }
YAML
# The device first: whether it is there is what a person wants to know first. There from the fourth step on as a recording, then one by one.
run() {
    local name=$1 where=$2
    shift 2
    "$simclr" run "$work/ten-steps.yaml" --device "$where" --out "$work/$name" --again "$@" >"$work/$name.log" || exit 2
    grep -m1 "; $where, " "$work/$name.log"
    # Said where the device could not record the step: no fault of the numbers, but to be known.
    grep "launched one by one" "$work/$name.log" || true
}
run recorded "$device"
run eager "$device" --eager
run cpu cpu

"$python" - "$device" "$work"/{recorded,eager,cpu}/*/metrics.jsonl <<'PYTHON'
import json, sys

TOLERANCE = 1e-4  # relative; on a CPU one thread and two differ by 4e-7, float32 and bf16 by 8e-4

device, *paths = sys.argv[1:]
recorded, eager, here = ([json.loads(line) for line in open(path)] for path in paths)
worst = 0
for name, there in (("recorded", recorded), ("eager", eager)):
    assert [point["step"] for point in there] == [point["step"] for point in here]
    for a, b in zip(there, here):
        difference = abs(a["loss"] - b["loss"]) / abs(b["loss"])
        worst = max(worst, difference)
        print(f"loss to step {a['step']}: {device}, {name}, {a['loss']:.6f}, cpu {b['loss']:.6f}, relative difference {difference:.1e}")
if not worst <= TOLERANCE:
    sys.exit(f"gpu.sh: {device} and cpu differ by {worst:.1e}, more than {TOLERANCE:.0e}")
PYTHON

# ---- speed ---------------------------------------------------------------------------------------------------------------------------

if "$simclr" --help | grep -qE '^ +bench '; then
    "$simclr" bench
else
    echo "gpu.sh: this program has no 'bench'; nothing was timed"
fi
