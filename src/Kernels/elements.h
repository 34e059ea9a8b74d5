// The element types of images, with their numbers in simclr_kernels.h.
#pragma once

#include "kernels.h"

#include <cstdint>
#include <cstring>

namespace simclr {

constexpr int32_t BFloat16Number = 1;

inline const Kernels& kernels_of(int32_t element) {
    return kernels(element == BFloat16Number ? Element::BFloat16 : Element::Float32);
}

inline int64_t bytes_of(int32_t element) {
    return element == BFloat16Number ? 2 : 4;
}

// A bfloat16 as float32, of which it is the upper half.
inline float value_of(uint16_t upper) {
    const uint32_t bits = static_cast<uint32_t>(upper) << 16;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

// The address `bytes` later; null stays null.
inline const char* at(const void* memory, int64_t bytes) {
    return memory != nullptr ? static_cast<const char*>(memory) + bytes : nullptr;
}

inline char* at(void* memory, int64_t bytes) {
    return memory != nullptr ? static_cast<char*>(memory) + bytes : nullptr;
}

} // namespace simclr
