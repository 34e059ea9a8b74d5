// Implements dots.h with avx512_bf16. As in kernels.cpp, no inline function of a shared header may be used here.
#include "dots.h"

#include <immintrin.h>

namespace simclr {
namespace avx512bf16 {
namespace {

using Words = uint32_t __attribute__((vector_size(4 * InputLanes)));
using Floats = float __attribute__((vector_size(4 * InputLanes)));
using ShortHalves = uint16_t __attribute__((vector_size(2 * OutputLanes)));
using ShortWords = uint32_t __attribute__((vector_size(4 * OutputLanes)));

template <class Vector>
inline Vector load(const void* from) {
    Vector value;
    __builtin_memcpy(&value, from, sizeof(value));
    return value;
}

template <class Vector>
inline void store(void* to, Vector value) {
    __builtin_memcpy(to, &value, sizeof(value));
}

// 16 values as float32.
inline Floats values_at(const uint16_t* from) {
    const __m512i words = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
    return reinterpret_cast<Floats>(_mm512_slli_epi32(words, 16));
}

// max(a · x + b, 0). The instruction returns its second operand if that is NaN.
inline __m512 normalized(const uint16_t* x, Floats a, Floats b) {
    return _mm512_max_ps(_mm512_setzero_ps(), reinterpret_cast<__m512>(a * values_at(x) + b));
}

// Pairs of 16 values each, rounded: those of the first image in the lower halves of words, those of the second in the upper halves.
template <bool Normalized>
inline __m512i input_pairs(const uint16_t* first, const uint16_t* second, Floats a, Floats b) {
    if (Normalized) {
        alignas(64) static const uint16_t Order[2 * InputLanes] = {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25, 10,
            26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
        const __m512 other = second == nullptr ? _mm512_setzero_ps() : normalized(second, a, b);
        return _mm512_permutexvar_epi16(
            _mm512_load_si512(Order), reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(other, normalized(first, a, b))));
    }
    const __m512i other = second == nullptr ? _mm512_setzero_si512() : reinterpret_cast<__m512i>(values_at(second));
    return _mm512_or_si512(_mm512_srli_epi32(reinterpret_cast<__m512i>(values_at(first)), 16), other);
}

template <bool Normalized>
void pack_input_as(PlanePair planes, int64_t channel, int64_t padding, const float* a, const float* b, uint32_t* to) {
    const Floats scale = Normalized ? load<Floats>(a + channel) : Floats{};
    const Floats shift = Normalized ? load<Floats>(b + channel) : Floats{};
    for (int64_t y = 0; y < planes.height; y++) {
        for (int64_t x = 0; x < padding; x++, to += InputLanes) {
            store(to, Words{});
        }
        for (int64_t x = 0; x < planes.width; x++, to += InputLanes) {
            const int64_t at = (y * planes.width + x) * planes.channels + channel;
            store(to, input_pairs<Normalized>(planes.first + at, planes.second == nullptr ? nullptr : planes.second + at, scale, shift));
        }
        for (int64_t x = 0; x < padding; x++, to += InputLanes) {
            store(to, Words{});
        }
    }
}

void pack_input(PlanePair planes, int64_t channel, int64_t padding, const float* a, const float* b, uint32_t* to) {
    a != nullptr ? pack_input_as<true>(planes, channel, padding, a, b, to) : pack_input_as<false>(planes, channel, padding, a, b, to);
}

// 32 values, starting at a channel.
template <bool Normalized>
inline __m512i panel_at(const uint16_t* pixel, int64_t channel, Normal normal) {
    if (!Normalized) {
        return _mm512_loadu_si512(pixel + channel);
    }
    const auto half = [&](int64_t from) {
        return normalized(pixel + from, load<Floats>(normal.a + from), load<Floats>(normal.b + from));
    };
    return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(half(channel + InputLanes), half(channel)));
}

template <bool Normalized>
void pack_pixels_as(PixelRun pixels, Channels channels, Normal normal, uint32_t* to, int64_t panel) {
    // Pairs: the first vector's values in the lower halves of words, the second's in the upper halves.
    alignas(64) static const uint16_t Order[4 * InputLanes] = {0, 32, 1, 33, 2, 34, 3, 35, 4, 36, 5, 37, 6, 38, 7, 39, 8, 40, 9, 41, 10, 42, 11,
        43, 12, 44, 13, 45, 14, 46, 15, 47, 16, 48, 17, 49, 18, 50, 19, 51, 20, 52, 21, 53, 22, 54, 23, 55, 24, 56, 25, 57, 26, 58, 27, 59, 28,
        60, 29, 61, 30, 62, 31, 63};
    const __m512i lower = _mm512_load_si512(Order), higher = _mm512_load_si512(Order + 2 * InputLanes);
    const auto pack = [&](const uint16_t* pixel, bool isPair, uint32_t* at) {
        for (int64_t c = channels.first; c < channels.last; c += 2 * InputLanes, at += panel) {
            const __m512i one = panel_at<Normalized>(pixel, c, normal);
            __builtin_prefetch(pixel + c + pixels.ahead);
            __m512i other = _mm512_setzero_si512();
            if (isPair) {
                other = panel_at<Normalized>(pixel + pixels.row, c, normal);
                __builtin_prefetch(pixel + pixels.row + c + pixels.ahead);
            }
            _mm512_storeu_si512(at, _mm512_permutex2var_epi16(one, lower, other));
            _mm512_storeu_si512(at + InputLanes, _mm512_permutex2var_epi16(one, higher, other));
        }
    };
    const uint16_t* pixel = pixels.first;
    for (int64_t pair = 0; pair < pixels.count / 2; pair++, pixel += 2 * pixels.row, to += 2 * InputLanes) {
        pack(pixel, true, to);
    }
    if (pixels.count % 2 != 0) {
        pack(pixel, false, to);
    }
}

void pack_pixels(PixelRun pixels, Channels channels, Normal normal, uint32_t* to, int64_t panel) {
    normal.a != nullptr ? pack_pixels_as<true>(pixels, channels, normal, to, panel) : pack_pixels_as<false>(pixels, channels, normal, to, panel);
}

void pack_output(PlanePair planes, int64_t channel, uint32_t* to) {
    for (int64_t pixel = 0; pixel < planes.height * planes.width; pixel++, to += OutputLanes) {
        const int64_t at = pixel * planes.channels + channel;
        ShortWords pair = __builtin_convertvector(load<ShortHalves>(planes.first + at), ShortWords);
        if (planes.second != nullptr) {
            pair |= __builtin_convertvector(load<ShortHalves>(planes.second + at), ShortWords) << 16;
        }
        store(to, pair);
    }
}

inline __m512bh pairs_at(const uint32_t* from) {
    return reinterpret_cast<__m512bh>(_mm512_loadu_si512(from));
}

inline __m512bh pair_in_all(const uint32_t* from) {
    return reinterpret_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(*from)));
}

void accumulate(Window w, int64_t pairs, int64_t row, const uint32_t* input, const uint32_t* output, float* sums) {
    __m512 sum[KernelSide][OutputLanes];
    for (int64_t c = 0; c < KernelSide; c++) {
        for (int64_t o = 0; o < OutputLanes; o++) {
            sum[c][o] = _mm512_loadu_ps(sums + (c * OutputLanes + o) * InputLanes);
        }
    }
    const int64_t rowWords = (w.width + 2 * w.padding) * InputLanes;
    for (int64_t pair = 0; pair < pairs; pair++) {
        for (int64_t y = 0; y < w.outHeight; y++) {
            const int64_t under = y * w.stride + row - w.padding;
            if (under < 0 || under >= w.height) {
                continue;
            }
            const uint32_t* in = input + (pair * w.height + under) * rowWords;
            const uint32_t* out = output + (pair * w.outHeight + y) * w.outWidth * OutputLanes;
            for (int64_t x = 0; x < w.outWidth; x++, in += w.stride * InputLanes, out += OutputLanes) {
                __m512bh value[KernelSide];
                for (int64_t c = 0; c < KernelSide; c++) {
                    value[c] = pairs_at(in + c * InputLanes);
                }
                for (int64_t o = 0; o < OutputLanes; o++) {
                    const __m512bh gradient = pair_in_all(out + o);
                    for (int64_t c = 0; c < KernelSide; c++) {
                        sum[c][o] = _mm512_dpbf16_ps(sum[c][o], value[c], gradient);
                    }
                }
            }
        }
    }
    for (int64_t c = 0; c < KernelSide; c++) {
        for (int64_t o = 0; o < OutputLanes; o++) {
            _mm512_storeu_ps(sums + (c * OutputLanes + o) * InputLanes, sum[c][o]);
        }
    }
}

} // namespace

const Dots DotTable{pack_input, pack_pixels, pack_output, accumulate};

} // namespace avx512bf16
} // namespace simclr
