// Which compilation of kernels.cpp this processor runs, and whether it runs dots.cpp.
#include "dots.h"
#include "kernels.h"

namespace {

using Table = const simclr::Kernels& (*)(simclr::Element);

Table fastest() {
#ifdef SIMCLR_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq")) {
        return simclr::avx512::kernels;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return simclr::avx2::kernels;
    }
#endif
    return simclr::plain::kernels;
}

} // namespace

const simclr::Kernels& simclr::kernels(Element element) {
    static const Table table = fastest();
    return table(element);
}

const simclr::Dots* simclr::dots() {
#ifdef SIMCLR_X86
    static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bf16");
    return has ? &simclr::avx512bf16::Table : nullptr;
#else
    return nullptr;
#endif
}
