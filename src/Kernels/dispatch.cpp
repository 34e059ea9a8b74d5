// Chooses the compilation of kernels.cpp, stem_kernels.cpp and view_kernels.cpp for this processor, and whether dots.cpp and tiles.cpp can
// be used.
#include "dots.h"
#include "kernels.h"
#include "simclr_kernels.h"
#include "stem_kernels.h"
#include "tiles.h"
#include "view_kernels.h"

#include <algorithm>

namespace {

enum class InstructionSet { Plain, Avx2, Avx512 };

InstructionSet best() {
#ifdef SIMCLR_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq")) {
        return InstructionSet::Avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return InstructionSet::Avx2;
    }
#endif
    return InstructionSet::Plain;
}

InstructionSet here = best();

#ifdef SIMCLR_X86
bool multiplies_bfloat16() {
    return here == InstructionSet::Avx512 && __builtin_cpu_supports("avx512bf16");
}
#endif

} // namespace

const simclr::Kernels& simclr::kernels(Element element) {
#ifdef SIMCLR_X86
    if (here != InstructionSet::Plain) {
        return here == InstructionSet::Avx512 ? avx512::kernels(element) : avx2::kernels(element);
    }
#endif
    return plain::kernels(element);
}

const simclr::ViewKernels& simclr::view_kernels() {
#ifdef SIMCLR_X86
    if (here != InstructionSet::Plain) {
        return here == InstructionSet::Avx512 ? avx512::view_kernels() : avx2::view_kernels();
    }
#endif
    return plain::view_kernels();
}

const simclr::StemKernels& simclr::stem_kernels() {
#ifdef SIMCLR_X86
    if (here != InstructionSet::Plain) {
        return here == InstructionSet::Avx512 ? avx512::stem_kernels() : avx2::stem_kernels();
    }
#endif
    return plain::stem_kernels();
}

const simclr::Dots* simclr::dots() {
#ifdef SIMCLR_X86
    return multiplies_bfloat16() ? &simclr::avx512bf16::DotTable : nullptr;
#else
    return nullptr;
#endif
}

const simclr::Tiles* simclr::tiles() {
#ifdef SIMCLR_X86
    return multiplies_bfloat16() ? &simclr::avx512bf16::TileTable : nullptr;
#else
    return nullptr;
#endif
}

void simclr_limit_instructions(int32_t set) {
    here = std::min(here, static_cast<InstructionSet>(set));
}

const char* simclr_instructions() {
    if (simclr::dots() != nullptr) {
        return "avx512bf16";
    }
    return here == InstructionSet::Avx512 ? "avx512" : here == InstructionSet::Avx2 ? "avx2" : "plain";
}
