// Implements tiles.h with avx512_bf16. As in kernels.cpp, no inline function of a shared header may be used here.
#include "tiles.h"

#include <immintrin.h>

namespace simclr {
namespace avx512bf16 {
namespace {

constexpr int64_t Lanes = 16;
constexpr int64_t Side = 4; // of a transformed tile

inline __m512 load(const float* from) {
    return _mm512_loadu_ps(from);
}

// Half of 32 bfloat16 values as float32: those at even or those at odd positions, which takes one instruction; 16 neighbours would take
// two.
template <bool Odd>
inline __m512 load(const uint16_t* from) {
    const __m512i both = _mm512_loadu_si512(from);
    return _mm512_castsi512_ps(Odd ? _mm512_and_si512(both, _mm512_set1_epi32(static_cast<int>(0xffff0000))) : _mm512_slli_epi32(both, 16));
}

inline __m512i narrowed(__m512 first, __m512 second) {
    return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(second, first));
}

// Pairs of 16 values each: the first vector in the lower halves, the second in the upper halves.
inline __m512i paired(__m512 first, __m512 second) {
    alignas(64) static const uint16_t Order[2 * Lanes] = {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25, 10, 26, 11, 27,
        12, 28, 13, 29, 14, 30, 15, 31};
    return _mm512_permutexvar_epi16(_mm512_load_si512(Order), narrowed(first, second));
}

// Writes 32 values, or adds them to what is there. A sum is rounded as one of two tensors is.
inline void write(uint16_t* to, __m512i values, bool add) {
    if (add) {
        alignas(64) uint16_t rounded[2 * Lanes];
        _mm512_store_si512(rounded, values);
        values = paired(load<false>(rounded) + load<false>(to), load<true>(rounded) + load<true>(to));
    }
    _mm512_storeu_si512(to, values);
}

inline __m512 rounded(__m512 value) {
    const auto halves = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(value));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}

// Applies Bᵀ to four values that are `Step` apart.
template <int Step>
inline void input_transform(__m512* d) {
    const __m512 first = d[0] - d[2 * Step], second = d[Step] + d[2 * Step], third = d[2 * Step] - d[Step], last = d[Step] - d[3 * Step];
    d[0] = first;
    d[Step] = second;
    d[2 * Step] = third;
    d[3 * Step] = last;
}

// Bᵀ d B of one tile for half of a panel. Pixels outside the image are zero, even if those inside are normalised and rectified.
template <bool Odd, bool Inside, bool IsRectified>
inline void input_values(Plane plane, Tile tile, int64_t channel, Rectified rectified, __m512* d) {
    const __m512 scale = IsRectified ? load(rectified.scale + channel + Odd * Lanes) : __m512();
    const __m512 shift = IsRectified ? load(rectified.shift + channel + Odd * Lanes) : __m512();
    for (int64_t row = 0; row < Side; row++) {
        const int64_t y = tile.y + row - 1;
        for (int64_t column = 0; column < Side; column++) {
            const int64_t x = tile.x + column - 1;
            if (!Inside && (y < 0 || y >= plane.height || x < 0 || x >= plane.width)) {
                d[Side * row + column] = _mm512_setzero_ps();
                continue;
            }
            const __m512 value = load<Odd>(tile.image + (y * plane.width + x) * plane.channels + channel);
            d[Side * row + column] =
                IsRectified ? rounded(_mm512_max_ps(_mm512_setzero_ps(), _mm512_fmadd_ps(value, scale, shift))) : value;
        }
        input_transform<1>(d + Side * row);
    }
    for (int64_t column = 0; column < Side; column++) {
        input_transform<Side>(d + column);
    }
}

inline bool is_inside(Plane plane, Tile tile) {
    return tile.y > 0 && tile.x > 0 && tile.y + 2 < plane.height && tile.x + 2 < plane.width;
}

template <bool Inside>
inline void input_as(Plane plane, Tile tile, uint16_t* to, int64_t stride) {
    for (int64_t channel = 0; channel < plane.channels; channel += PanelLanes) {
        __m512 even[Positions], odd[Positions];
        input_values<false, Inside, false>(plane, tile, channel, {}, even);
        input_values<true, Inside, false>(plane, tile, channel, {}, odd);
        for (int64_t p = 0; p < Positions; p++) {
            _mm512_storeu_si512(to + p * stride + channel, narrowed(even[p], odd[p]));
        }
    }
}

void input(Plane plane, Tile tile, uint16_t* to, int64_t stride) {
    is_inside(plane, tile) ? input_as<true>(plane, tile, to, stride) : input_as<false>(plane, tile, to, stride);
}

template <bool Odd, bool Inside, bool IsRectified>
inline void input_pair_half(Plane plane, Tile first, Tile second, int64_t channel, Rectified rectified, Laid to) {
    __m512 one[Positions], other[Positions];
    input_values<Odd, Inside, IsRectified>(plane, first, channel, rectified, one);
    if (second.image != nullptr) {
        input_values<Odd, Inside, IsRectified>(plane, second, channel, rectified, other);
    } else {
        for (auto& value : other) {
            value = _mm512_setzero_ps();
        }
    }
    for (int64_t p = 0; p < Positions; p++) {
        _mm512_storeu_si512(to.first + p * to.position + Odd * Lanes, paired(one[p], other[p]));
    }
}

template <bool Inside, bool IsRectified>
inline void input_pair_as(Plane plane, Tile first, Tile second, Rectified rectified, Laid to) {
    for (int64_t channel = 0; channel < plane.channels; channel += PanelLanes, to.first += to.panel) {
        input_pair_half<false, Inside, IsRectified>(plane, first, second, channel, rectified, to);
        input_pair_half<true, Inside, IsRectified>(plane, first, second, channel, rectified, to);
    }
}

void input_pair(Plane plane, Tile first, Tile second, Rectified rectified, Laid to) {
    const bool inside = is_inside(plane, first) && (second.image == nullptr || is_inside(plane, second));
    if (rectified.scale != nullptr) {
        inside ? input_pair_as<true, true>(plane, first, second, rectified, to)
               : input_pair_as<false, true>(plane, first, second, rectified, to);
    } else {
        inside ? input_pair_as<true, false>(plane, first, second, rectified, to)
               : input_pair_as<false, false>(plane, first, second, rectified, to);
    }
}

// Applies A to two values; the four results are `Step` apart.
template <int Step>
inline void gradient_transform(__m512 first, __m512 second, __m512* to) {
    to[0] = first;
    to[Step] = first + second;
    to[2 * Step] = first - second;
    to[3 * Step] = -second;
}

template <bool Odd>
inline void gradient_values(Plane plane, Tile tile, int64_t channel, __m512* d) {
    const auto at = [&](int64_t row, int64_t column) {
        const int64_t y = tile.y + row, x = tile.x + column;
        return tile.image != nullptr && y < plane.height && x < plane.width
            ? load<Odd>(tile.image + (y * plane.width + x) * plane.channels + channel)
            : _mm512_setzero_ps();
    };
    gradient_transform<Side>(at(0, 0), at(1, 0), d);
    gradient_transform<Side>(at(0, 1), at(1, 1), d + 1);
    for (int64_t row = 0; row < Side; row++) {
        gradient_transform<1>(d[Side * row], d[Side * row + 1], d + Side * row);
    }
}

template <bool Odd>
inline void gradient_pair_half(Plane plane, Tile first, Tile second, int64_t channel, Laid to) {
    __m512 one[Positions], other[Positions];
    gradient_values<Odd>(plane, first, channel, one);
    gradient_values<Odd>(plane, second, channel, other);
    for (int64_t p = 0; p < Positions; p++) {
        _mm512_storeu_si512(to.first + p * to.position + Odd * Lanes, paired(one[p], other[p]));
    }
}

void gradient_pair(Plane plane, Tile first, Tile second, int64_t channel, int64_t channels, Laid to) {
    for (const int64_t end = channel + channels; channel < end; channel += PanelLanes, to.first += to.panel) {
        gradient_pair_half<false>(plane, first, second, channel, to);
        gradient_pair_half<true>(plane, first, second, channel, to);
    }
}

// Aᵀ m A for 16 channels, which gives four pixels.
inline void output_values(const float* sums, int64_t stride, __m512* y) {
    __m512 upper[Side], lower[Side];
    for (int64_t column = 0; column < Side; column++) {
        const auto at = [&](int64_t row) { return load(sums + (Side * row + column) * stride); };
        const __m512 one = at(1), two = at(2);
        upper[column] = at(0) + one + two;
        lower[column] = one - two - at(3);
    }
    y[0] = upper[0] + upper[1] + upper[2];
    y[1] = upper[1] - upper[2] - upper[3];
    y[2] = lower[0] + lower[1] + lower[2];
    y[3] = lower[1] - lower[2] - lower[3];
}

void output(const float* sums, int64_t stride, Plane plane, uint16_t* image, int64_t y, int64_t x, bool add) {
    __m512 first[TileSide * TileSide], second[TileSide * TileSide];
    output_values(sums, stride, first);
    output_values(sums + Lanes, stride, second);
    for (int64_t row = 0; row < TileSide && y + row < plane.height; row++) {
        for (int64_t column = 0; column < TileSide && x + column < plane.width; column++) {
            const int64_t pixel = TileSide * row + column;
            write(image + ((y + row) * plane.width + x + column) * plane.channels, narrowed(first[pixel], second[pixel]), add);
        }
    }
}

// Applies G to three values that are `Step` apart, which gives four.
template <int Step, int To>
inline void kernel_transform(const __m512* g, __m512* to) {
    const __m512 half = _mm512_set1_ps(0.5F);
    const __m512 ends = (g[0] + g[2 * Step]) * half, middle = g[Step] * half;
    to[0] = g[0];
    to[To] = ends + middle;
    to[2 * To] = ends - middle;
    to[3 * To] = g[2 * Step];
}

inline void kernel_values(Taps taps, int64_t lane, int64_t step, __m512* u) {
    const __m512i index = _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
        _mm512_set1_epi32(static_cast<int>(taps.lane)));
    __m512 g[TapCount], rows[Side * 3];
    for (int64_t tap = 0; tap < TapCount; tap++) {
        const int64_t from = taps.turned ? TapCount - 1 - tap : tap;
        g[tap] = _mm512_i32gather_ps(index, taps.first + lane * taps.lane + step * taps.step + from, 4);
    }
    for (int column = 0; column < 3; column++) {
        kernel_transform<3, 3>(g + column, rows + column);
    }
    for (int row = 0; row < Side; row++) {
        kernel_transform<1, 1>(rows + 3 * row, u + Side * row);
    }
}

void kernel(Taps taps, int64_t steps, uint32_t* to, int64_t stride) {
    for (int64_t place = 0; place < steps; place += 2) {
        for (int64_t lane = 0; lane < PanelLanes; lane += Lanes) {
            __m512 first[Positions], second[Positions];
            kernel_values(taps, lane, channel_at(place), first);
            kernel_values(taps, lane, channel_at(place + 1), second);
            for (int64_t p = 0; p < Positions; p++) {
                _mm512_storeu_si512(to + p * stride + place / 2 * PanelLanes + lane, paired(first[p], second[p]));
            }
        }
    }
}

inline __m512bh pairs_at(const uint32_t* from) {
    return reinterpret_cast<__m512bh>(_mm512_loadu_si512(from));
}

inline __m512bh pair_in_all(const uint32_t* from) {
    return reinterpret_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(*from)));
}

void multiply(int64_t steps, const uint32_t* a, const uint32_t* b, float* to) {
    __m512 sum[PanelRows][2];
#pragma GCC unroll 8
    for (int64_t i = 0; i < PanelRows; i++) {
        sum[i][0] = sum[i][1] = _mm512_setzero_ps();
    }
    for (int64_t step = 0; step < steps; step++) {
        const __m512bh first = pairs_at(b + step * PanelLanes), second = pairs_at(b + step * PanelLanes + Lanes);
#pragma GCC unroll 8
        for (int64_t i = 0; i < PanelRows; i++) {
            const __m512bh value = pair_in_all(a + i * steps + step);
            sum[i][0] = _mm512_dpbf16_ps(sum[i][0], first, value);
            sum[i][1] = _mm512_dpbf16_ps(sum[i][1], second, value);
        }
    }
#pragma GCC unroll 8
    for (int64_t i = 0; i < PanelRows; i++) {
        _mm512_storeu_ps(to + i * PanelLanes, sum[i][0]);
        _mm512_storeu_ps(to + i * PanelLanes + Lanes, sum[i][1]);
    }
}

void add_products(int64_t steps, const uint32_t* a, const uint32_t* b, float* to, int64_t row) {
    __m512 sum[PanelRows][2];
#pragma GCC unroll 8
    for (int64_t i = 0; i < PanelRows; i++) {
        sum[i][0] = load(to + i * row);
        sum[i][1] = load(to + i * row + Lanes);
    }
    for (int64_t step = 0; step < steps; step++, a += PanelLanes, b += PanelLanes) {
        const __m512bh first = pairs_at(b), second = pairs_at(b + Lanes);
#pragma GCC unroll 8
        for (int64_t i = 0; i < PanelRows; i++) {
            const __m512bh value = pair_in_all(a + i);
            sum[i][0] = _mm512_dpbf16_ps(sum[i][0], first, value);
            sum[i][1] = _mm512_dpbf16_ps(sum[i][1], second, value);
        }
    }
#pragma GCC unroll 8
    for (int64_t i = 0; i < PanelRows; i++) {
        _mm512_storeu_ps(to + i * row, sum[i][0]);
        _mm512_storeu_ps(to + i * row + Lanes, sum[i][1]);
    }
}

// Pairs of summed channels for 16 output channels. `taps.step` is 1, so that both values of a pair are neighbours in memory.
inline __m512i gathered_pairs(Taps taps) {
    const __m256i order = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i places = _mm256_mullo_epi32(order, _mm256_set1_epi32(static_cast<int>(taps.lane)));
    const __m512d lower = _mm512_i32gather_pd(places, taps.first, sizeof(float));
    const __m512d upper = _mm512_i32gather_pd(places, taps.first + Lanes / 2 * taps.lane, sizeof(float));
    return narrowed(_mm512_castpd_ps(lower), _mm512_castpd_ps(upper));
}

void pointwise(Taps taps, int64_t steps, uint32_t* to) {
    for (int64_t step = 0; step < steps; step += 2, to += PanelLanes) {
        for (int64_t half = 0; half < PanelLanes; half += Lanes) {
            const float* first = taps.first + step * taps.step + half * taps.lane;
            const __m512i pairs = taps.step == 1 ? gathered_pairs({first, taps.lane, taps.step, false})
                                                 : paired(load(first), load(first + taps.step));
            _mm512_storeu_si512(to + half, pairs);
        }
    }
}

void multiply_pixels(int64_t steps, PixelRows pixels, const uint32_t* kernel, uint16_t* to, int64_t row, bool add) {
    __m512 sum[PanelRows][2];
    const uint32_t* from[PanelRows];
    // Where there are fewer pixels, the last one is multiplied again and not written.
#pragma GCC unroll 8
    for (int64_t i = 0; i < PanelRows; i++) {
        sum[i][0] = sum[i][1] = _mm512_setzero_ps();
        from[i] = reinterpret_cast<const uint32_t*>(pixels.first + (i < pixels.count ? i : pixels.count - 1) * pixels.row);
    }
    for (int64_t step = 0; step < steps; step++) {
        const __m512bh first = pairs_at(kernel + step * PanelLanes), second = pairs_at(kernel + step * PanelLanes + Lanes);
#pragma GCC unroll 8
        for (int64_t i = 0; i < PanelRows; i++) {
            const __m512bh value = pair_in_all(from[i] + step);
            sum[i][0] = _mm512_dpbf16_ps(sum[i][0], first, value);
            sum[i][1] = _mm512_dpbf16_ps(sum[i][1], second, value);
        }
    }
#pragma GCC unroll 8
    for (int64_t i = 0; i < PanelRows; i++) {
        if (i < pixels.count) {
            write(to + i * row, narrowed(sum[i][0], sum[i][1]), add);
        }
    }
}

// Applies Gᵀ to four values that are `Step` apart, which gives three.
template <int Step, int To>
inline void taps_transform(const __m512* u, __m512* to) {
    const __m512 half = _mm512_set1_ps(0.5F);
    const __m512 sum = (u[Step] + u[2 * Step]) * half;
    to[0] = u[0] + sum;
    to[To] = (u[Step] - u[2 * Step]) * half;
    to[2 * To] = sum + u[3 * Step];
}

void taps(const float* sums, int64_t stride, float* to, int64_t apart) {
    __m512 u[Positions], rows[3 * Side], g[TapCount];
    for (int64_t p = 0; p < Positions; p++) {
        u[p] = load(sums + p * stride);
    }
    for (int column = 0; column < Side; column++) {
        taps_transform<Side, Side>(u + column, rows + column);
    }
    for (int row = 0; row < 3; row++) {
        taps_transform<1, 1>(rows + Side * row, g + 3 * row);
    }
    for (int64_t tap = 0; tap < TapCount; tap++) {
        alignas(64) float lanes[Lanes];
        _mm512_store_ps(lanes, g[tap]);
        for (int64_t lane = 0; lane < Lanes; lane++) {
            to[apart * lane + tap] = lanes[lane];
        }
    }
}

} // namespace

const Tiles TileTable{kernel, input, output, input_pair, gradient_pair, multiply, add_products, pointwise, multiply_pixels, taps};

} // namespace avx512bf16
} // namespace simclr
