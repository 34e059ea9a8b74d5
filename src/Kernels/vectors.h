// Vectors of float32 values with loads and stores, for the files that are compiled once for each instruction set. Everything is in an
// unnamed namespace inside the namespace of the instruction set, so that each compilation has its own copy.
#pragma once

#include <cstddef>
#include <cstdint>

namespace simclr {
namespace SIMCLR_ISA {
namespace {

// As many values as a register holds. For longer vectors the compiler would compare and select one value at a time.
#if defined(__AVX512F__)
constexpr int64_t Lanes = 16;
#elif defined(__AVX2__)
constexpr int64_t Lanes = 8;
#else
constexpr int64_t Lanes = 4;
#endif

using Float = float __attribute__((vector_size(4 * Lanes)));
using Int = int32_t __attribute__((vector_size(4 * Lanes)));
using Bits = uint32_t __attribute__((vector_size(4 * Lanes)));
using Upper = uint16_t __attribute__((vector_size(2 * Lanes)));
using Bytes = uint8_t __attribute__((vector_size(Lanes)));

inline Float load(const float* from) {
    Float value;
    __builtin_memcpy(&value, from, sizeof(value));
    return value;
}

inline Float load(const uint16_t* from) {
    Upper upper;
    __builtin_memcpy(&upper, from, sizeof(upper));
    return reinterpret_cast<Float>(__builtin_convertvector(upper, Bits) << 16);
}

inline Float load(const uint8_t* from) {
    Bytes bytes;
    __builtin_memcpy(&bytes, from, sizeof(bytes));
    // Converts by way of 16-bit vectors. The compiler would do the direct conversion one value at a time.
    const Bits bits = __builtin_convertvector(__builtin_convertvector(bytes, Upper), Bits);
    return __builtin_convertvector(reinterpret_cast<Int>(bits), Float);
}

inline void store(float* to, Float value) {
    __builtin_memcpy(to, &value, sizeof(value));
}

// Rounds to the nearest bfloat16, ties to even; NaN stays NaN.
inline void store(uint16_t* to, Float value) {
    const Bits bits = reinterpret_cast<Bits>(value);
    const Bits rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const Bits nan = reinterpret_cast<Bits>(value != value);
    const Upper upper = __builtin_convertvector((rounded & ~nan) | (nan & 0x7fc0), Upper);
    __builtin_memcpy(to, &upper, sizeof(upper));
}

// Loads the first `lanes` values only; the others are zero.
template <class T>
inline Float load(const T* from, int64_t lanes) {
    if (lanes == Lanes) {
        return load(from);
    }
    T padded[Lanes] = {};
    __builtin_memcpy(padded, from, sizeof(T) * static_cast<std::size_t>(lanes));
    return load(padded);
}

template <class T>
inline void store(T* to, Float value, int64_t lanes) {
    if (lanes == Lanes) {
        store(to, value);
        return;
    }
    T padded[Lanes];
    store(padded, value);
    __builtin_memcpy(to, padded, sizeof(T) * static_cast<std::size_t>(lanes));
}

} // namespace
} // namespace SIMCLR_ISA
} // namespace simclr
