// Implements stem_kernels.h for one instruction set, SIMCLR_ISA. As in kernels.cpp, no inline function of a shared header may be used here.
#include "stem_kernels.h"
#include "vectors.h"

namespace simclr {
namespace SIMCLR_ISA {
namespace {

// Number of vectors of output channels that are summed at a time, and of all sums that are in registers: most of the registers.
constexpr int Widest = Lanes == 16 ? 4 : 2;
constexpr int Sums = Lanes == 16 ? 24 : 12;

// Output channels [output, output + Vectors · Lanes) of some pixels.
template <int Vectors, int Pixels>
inline void convolve_pixels(StemRow row, int64_t pixel, int64_t output, const float* kernel, uint16_t* y) {
    Float sum[Pixels][Vectors] = {};
    for (int64_t r = 0; r < row.rows; r++) {
        const float* x = row.first + r * row.row + pixel * row.step;
        const float* k = kernel + r * row.span * row.outputs + output;
        for (int64_t i = 0; i < row.span; i++, k += row.outputs) {
            Float weight[Vectors];
            for (int v = 0; v < Vectors; v++) {
                weight[v] = load(k + v * Lanes);
            }
            for (int p = 0; p < Pixels; p++) {
                for (int v = 0; v < Vectors; v++) {
                    sum[p][v] += x[p * row.step + i] * weight[v];
                }
            }
        }
    }
    for (int p = 0; p < Pixels; p++) {
        for (int v = 0; v < Vectors; v++) {
            store(y + (pixel + p) * row.outputs + output + v * Lanes, sum[p][v]);
        }
    }
}

template <int Vectors>
void convolve_outputs(StemRow row, int64_t output, const float* kernel, uint16_t* y) {
    constexpr int Pixels = Sums / Vectors < 12 ? Sums / Vectors : 12;
    int64_t pixel = 0;
    for (; pixel + Pixels <= row.pixels; pixel += Pixels) {
        convolve_pixels<Vectors, Pixels>(row, pixel, output, kernel, y);
    }
    for (; pixel < row.pixels; pixel++) {
        convolve_pixels<Vectors, 1>(row, pixel, output, kernel, y);
    }
}

// Sums [values][outputs] of some values of row r, from `value` on, and some output channels.
template <int Vectors, int Values>
inline void gradient_values(StemRow row, int64_t r, int64_t value, int64_t output, const float* dy, float* sums) {
    Float sum[Values][Vectors];
    float* to = sums + (r * row.span + value) * row.outputs + output;
    for (int i = 0; i < Values; i++) {
        for (int v = 0; v < Vectors; v++) {
            sum[i][v] = load(to + i * row.outputs + v * Lanes);
        }
    }
    const float* x = row.first + r * row.row + value;
    const float* g = dy + output;
    for (int64_t pixel = 0; pixel < row.pixels; pixel++, x += row.step, g += row.outputs) {
        for (int v = 0; v < Vectors; v++) {
            const Float gradient = load(g + v * Lanes);
            for (int i = 0; i < Values; i++) {
                sum[i][v] += x[i] * gradient;
            }
        }
    }
    for (int i = 0; i < Values; i++) {
        for (int v = 0; v < Vectors; v++) {
            store(to + i * row.outputs + v * Lanes, sum[i][v]);
        }
    }
}

template <int Vectors>
void gradient_outputs(StemRow row, int64_t output, const float* dy, float* sums) {
    constexpr int Values = Sums / Widest;
    for (int64_t r = 0; r < row.rows; r++) {
        int64_t value = 0;
        for (; value + Values <= row.span; value += Values) {
            gradient_values<Vectors, Values>(row, r, value, output, dy, sums);
        }
        for (; value + Values / 2 <= row.span; value += Values / 2) {
            gradient_values<Vectors, Values / 2>(row, r, value, output, dy, sums);
        }
        for (; value < row.span; value++) {
            gradient_values<Vectors, 1>(row, r, value, output, dy, sums);
        }
    }
}

// Calls wide(output) for as many output channels as fit into Widest vectors, then two(output) and one(output) for the rest.
template <class Wide, class Two, class One>
inline void each_output(int64_t outputs, Wide wide, Two two, One one) {
    int64_t output = 0;
    for (; output + Widest * Lanes <= outputs; output += Widest * Lanes) {
        wide(output);
    }
    for (; output + 2 * Lanes <= outputs; output += 2 * Lanes) {
        two(output);
    }
    for (; output < outputs; output += Lanes) {
        one(output);
    }
}

void convolve(StemRow row, const float* kernel, uint16_t* y) {
    each_output(
        row.outputs, [&](int64_t output) { convolve_outputs<Widest>(row, output, kernel, y); },
        [&](int64_t output) { convolve_outputs<2>(row, output, kernel, y); },
        [&](int64_t output) { convolve_outputs<1>(row, output, kernel, y); });
}

void kernel_gradient(StemRow row, const float* dy, float* sums) {
    each_output(
        row.outputs, [&](int64_t output) { gradient_outputs<Widest>(row, output, dy, sums); },
        [&](int64_t output) { gradient_outputs<2>(row, output, dy, sums); },
        [&](int64_t output) { gradient_outputs<1>(row, output, dy, sums); });
}

void widen(const uint16_t* from, int64_t count, float* to) {
    each_vector(count, [&](int64_t at, int64_t lanes) { store(to + at, load(from + at, lanes), lanes); });
}

constexpr StemKernels Table{convolve, kernel_gradient, widen};

} // namespace

const StemKernels& stem_kernels() {
    return Table;
}

} // namespace SIMCLR_ISA
} // namespace simclr
