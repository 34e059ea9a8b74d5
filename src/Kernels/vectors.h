// Vectors of float32 values with loads and stores, for the files that are compiled once for each instruction set. Everything is in an
// unnamed namespace inside the namespace of the instruction set, so that each compilation has its own copy.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

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

// Conversions between widths. With AVX-512 each is one instruction, where GCC 12 makes six of __builtin_convertvector; and it converts bytes
// to words one value at a time, unless by way of 16 bits.
#if defined(__AVX512F__)
inline Bits widened(Upper values) {
    return reinterpret_cast<Bits>(_mm512_cvtepu16_epi32(reinterpret_cast<__m256i>(values)));
}

inline Bits widened(Bytes values) {
    return reinterpret_cast<Bits>(_mm512_cvtepu8_epi32(reinterpret_cast<__m128i>(values)));
}

inline Upper lower_half(Bits values) {
    return reinterpret_cast<Upper>(_mm512_cvtepi32_epi16(reinterpret_cast<__m512i>(values)));
}

inline Bytes lowest_byte(Bits values) {
    return reinterpret_cast<Bytes>(_mm512_cvtepi32_epi8(reinterpret_cast<__m512i>(values)));
}
#else
inline Bits widened(Upper values) {
    return __builtin_convertvector(values, Bits);
}

inline Bits widened(Bytes values) {
    return __builtin_convertvector(__builtin_convertvector(values, Upper), Bits);
}

inline Upper lower_half(Bits values) {
    return __builtin_convertvector(values, Upper);
}

inline Bytes lowest_byte(Bits values) {
    return __builtin_convertvector(lower_half(values), Bytes);
}
#endif

inline Float load(const float* from) {
    Float value;
    __builtin_memcpy(&value, from, sizeof(value));
    return value;
}

inline Float load(const uint16_t* from) {
    Upper upper;
    __builtin_memcpy(&upper, from, sizeof(upper));
    return reinterpret_cast<Float>(widened(upper) << 16);
}

inline Float load(const uint8_t* from) {
    Bytes bytes;
    __builtin_memcpy(&bytes, from, sizeof(bytes));
    return __builtin_convertvector(reinterpret_cast<Int>(widened(bytes)), Float);
}

inline void store(float* to, Float value) {
    __builtin_memcpy(to, &value, sizeof(value));
}

// The bits of a value rounded to the nearest bfloat16, ties to even, in the upper half of each word; NaN stays NaN.
inline Bits rounded_bits(Float value) {
    const Bits bits = reinterpret_cast<Bits>(value);
    const Bits nan = reinterpret_cast<Bits>(value != value);
    return ((bits + 0x7fff + ((bits >> 16) & 1)) & ~nan) | (nan & 0x7fc00000);
}

inline void store(uint16_t* to, Float value) {
    const Upper upper = lower_half(rounded_bits(value) >> 16);
    __builtin_memcpy(to, &upper, sizeof(upper));
}

// A value as it is after a store to memory of type T and a load.
template <class T>
inline Float rounded(Float value) {
    return sizeof(T) == sizeof(float) ? value : reinterpret_cast<Float>(rounded_bits(value) & 0xffff0000);
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

// Calls body(first, lanes) for each vector of `count` values. All but the last have all lanes, a number that the compiler knows.
template <class Body>
inline void each_vector(int64_t count, Body body) {
    int64_t at = 0;
    for (; at + Lanes <= count; at += Lanes) {
        body(at, Lanes);
    }
    if (at < count) {
        body(at, count - at);
    }
}

} // namespace
} // namespace SIMCLR_ISA
} // namespace simclr
