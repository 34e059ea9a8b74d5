// Implements view_kernels.h for one instruction set, SIMCLR_ISA. As in kernels.cpp, no inline function of a shared header may be used here
// unless the compiler is sure to inline it.
#include "view_kernels.h"
#include "vectors.h"

namespace simclr {
namespace SIMCLR_ISA {
namespace {

// Number of vectors that are summed in float32 before the sums are added in float64.
constexpr int64_t BlockVectors = 64;

// Smaller than any nonzero difference of two pixel values; avoids 0/0 for grey pixels.
constexpr float Tiny = 1e-20F;

inline Float of(float value) {
    return Float{} + value;
}

inline Float smaller(Float a, Float b) {
    return a < b ? a : b;
}

inline Float larger(Float a, Float b) {
    return a > b ? a : b;
}

inline Float cut_off(Float value) {
    return smaller(larger(value, of(0)), of(1));
}

inline Float floor_of(Float value) {
    const Float whole = __builtin_convertvector(__builtin_convertvector(value, Int), Float);
    return whole > value ? whole - 1 : whole;
}

inline float sum_of(Float values) {
    float sum = 0;
    for (int64_t i = 0; i < Lanes; i++) {
        sum += values[i];
    }
    return sum;
}

inline int64_t lanes_from(int64_t at, int64_t end) {
    return end - at < Lanes ? end - at : Lanes;
}

// Resizes a strip of some vectors of one result row vertically, at the width of the crop. Whole vectors are read and written wherever
// possible, which is much faster than partial ones. If the number of taps is a template argument, the loop is unrolled.
template <int Vectors, int64_t Known>
inline void mix_strip(const Stretch& from, const uint8_t* plane, const int32_t* rows, const float* weights, int64_t count, int64_t at, int64_t width,
    float* to) {
    const int64_t taps = Known != 0 ? Known : count;
    Float sums[Vectors] = {};
    for (int64_t tap = 0; tap < taps; tap++) {
        const uint8_t* values = plane + rows[tap] * from.row + at;
        for (int v = 0; v < Vectors; v++) {
            const uint8_t* here = values + v * Lanes;
            sums[v] += weights[tap] * load(here, from.end - here < Lanes ? lanes_from(at + v * Lanes, width) : Lanes);
        }
    }
    for (int v = 0; v < Vectors; v++) {
        store(to + at + v * Lanes, sums[v]);
    }
}

// Resizes one result row vertically, at the width of the crop, and repeats its edge pixels.
template <int64_t Known>
inline void mix_rows(const Stretch& from, const uint8_t* plane, const int32_t* rows, const float* weights, int64_t count, float* line) {
    constexpr int Wide = Known != 0 ? 1 : 4;
    const int64_t width = from.columns * from.step;
    float* inside = line + Beyond * from.step;
    int64_t at = 0;
    for (; at + Wide * Lanes <= width; at += Wide * Lanes) {
        mix_strip<Wide, Known>(from, plane, rows, weights, count, at, width, inside);
    }
    for (; at < width; at += Lanes) {
        mix_strip<1, Known>(from, plane, rows, weights, count, at, width, inside);
    }
    for (int64_t channel = 0; channel < from.step; channel++) {
        for (int64_t i = 0; i < Beyond; i++) {
            line[i * from.step + channel] = inside[channel];
            inside[width + i * from.step + channel] = inside[width - from.step + channel];
        }
    }
}

#ifdef __AVX512F__
// Whether 16 result columns read at most 32 consecutive values; `base` is then the first of them.
inline bool near(const int32_t* column, int64_t taps, int32_t* base) {
    const int32_t left = column[0] < column[Lanes - 1] ? column[0] : column[Lanes - 1];
    const int32_t right = column[0] < column[Lanes - 1] ? column[Lanes - 1] : column[0];
    *base = left;
    return right + taps - left <= 2 * Lanes;
}
#endif

// One tap of 16 columns.
inline Float gather(const float* line, const int32_t* column, int64_t step) {
    float values[Lanes];
    for (int64_t i = 0; i < Lanes; i++) {
        values[i] = line[column[i] * step];
    }
    return load(values);
}

// Resizes one row horizontally. Values written beyond the row are overwritten by the next row; `places` is the number of values that may be
// written from the start of the row. If the number of taps is a template argument, the loop is unrolled.
template <int64_t Known>
inline void mix_columns(const float* line, const Resize& how, int64_t step, float* to, int64_t places) {
    const int64_t taps = Known != 0 ? Known : how.column_taps;
    for (int64_t x = 0; x < how.side; x += Lanes) {
        const int32_t* column = how.column + x;
        const int64_t lanes = lanes_from(x, places);
        Float sum = {};
#ifdef __AVX512F__
        int32_t base;
        if (step == 1 && near(column, taps, &base)) {
            const Float left = load(line + base), right = load(line + base + Lanes);
            Int index;
            __builtin_memcpy(&index, column, sizeof(index));
            index -= base;
            for (int64_t tap = 0; tap < taps; tap++) {
                sum += load(how.weight_of_column + tap * how.padded_side + x) * __builtin_shuffle(left, right, index + static_cast<int32_t>(tap));
            }
            store(to + x, sum * (1 / 255.0F), lanes);
            continue;
        }
#endif
        for (int64_t tap = 0; tap < taps; tap++) {
            sum += load(how.weight_of_column + tap * how.padded_side + x) * gather(line + tap * step, column, step);
        }
        store(to + x, sum * (1 / 255.0F), lanes);
    }
}

void resize(const Stretch& from, const Resize& how, float* scratch, float* to) {
    const bool interleaved = from.step != 1;
    for (int64_t plane = 0; plane < (interleaved ? 1 : from.channels); plane++) {
        const uint8_t* first = from.first + plane * from.plane;
        for (int64_t y = 0; y < how.side; y++) {
            const int32_t* rows = how.row + how.row_taps * y;
            const float* weights = how.weight_of_row + how.row_taps * y;
            if (how.row_taps == Taps) {
                mix_rows<Taps>(from, first, rows, weights, Taps, scratch);
            } else {
                mix_rows<0>(from, first, rows, weights, how.row_taps, scratch);
            }
            for (int64_t channel = 0; channel < from.step; channel++) {
                float* row = to + ((plane + channel) * how.side + y) * how.side;
                if (how.column_taps == Taps) {
                    mix_columns<Taps>(scratch + channel, how, from.step, row, (how.side - y) * how.side);
                } else {
                    mix_columns<0>(scratch + channel, how, from.step, row, (how.side - y) * how.side);
                }
            }
        }
    }
}

float mean(const float* values, int64_t count) {
    double sum = 0;
    for (int64_t block = 0; block < count; block += BlockVectors * Lanes) {
        const int64_t size = count - block < BlockVectors * Lanes ? count - block : BlockVectors * Lanes;
        Float partial = {};
        each_vector(size, [&](int64_t at, int64_t lanes) { partial += load(values + block + at, lanes); });
        sum += sum_of(partial);
    }
    return static_cast<float>(sum / static_cast<double>(count));
}

// to = change(from), for each value.
template <class Change>
inline void each_value(const float* from, float* to, int64_t count, Change change) {
    each_vector(count, [&](int64_t at, int64_t lanes) { store(to + at, cut_off(change(load(from + at, lanes))), lanes); });
}

// For each pixel, calls change with its three channels, V and C; change replaces the channels.
template <class Change>
inline void each_pixel(const float* from, float* to, int64_t pixels, Change change) {
    each_vector(pixels, [&](int64_t at, int64_t lanes) {
        Float x[3];
        for (int64_t c = 0; c < 3; c++) {
            x[c] = load(from + c * pixels + at, lanes);
        }
        const Float value = larger(larger(x[0], x[1]), x[2]);
        change(x, value, value - smaller(smaller(x[0], x[1]), x[2]));
        for (int64_t c = 0; c < 3; c++) {
            store(to + c * pixels + at, cut_off(x[c]), lanes);
        }
    });
}

void contrast(const float* from, float* to, int64_t channels, int64_t pixels, float factor) {
    for (int64_t c = 0; c < channels; c++) {
        const float middle = mean(from + c * pixels, pixels);
        each_value(from + c * pixels, to + c * pixels, pixels, [&](Float x) { return (x - middle) * factor + middle; });
    }
}

// V − (V − x) · min(factor, V / C)
void saturation(const float* from, float* to, int64_t pixels, float factor) {
    each_pixel(from, to, pixels, [&](Float* x, Float value, Float chroma) {
        const Float limited = smaller(value / larger(chroma, of(Tiny)), of(factor));
        for (int64_t c = 0; c < 3; c++) {
            x[c] = (x[c] - value) * limited + value;
        }
    });
}

// V − C · w, where the weight w of each channel is a clipped triangle wave of the rotated hue.
void hue(const float* from, float* to, int64_t pixels, float turns) {
    each_pixel(from, to, pixels, [&](Float* x, Float value, Float chroma) {
        const Int red = value == x[0], green = value == x[1];
        const Float ahead = red ? x[1] - x[2] : green ? x[2] - x[0] : x[0] - x[1];
        const Float sector = ahead / larger(chroma, of(Tiny)) + (red ? of(0) : green ? of(2) : of(4)) + turns * 6;
        for (int64_t c = 0; c < 3; c++) {
            const Float at = sector + static_cast<float>(5 - 2 * c);
            const Float k = at - 6 * floor_of(at * (1 / 6.0F));
            x[c] = value - cut_off(smaller(k, 4 - k)) * chroma;
        }
    });
}

void distort(const float* from, float* to, int64_t channels, int64_t pixels, const ColourOperation* operations, const float* amounts,
    int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        const float amount = amounts[i];
        switch (operations[i]) {
        case ColourOperation::Brightness:
            each_value(from, to, channels * pixels, [&](Float x) { return x * amount; });
            break;
        case ColourOperation::AddBrightness:
            each_value(from, to, channels * pixels, [&](Float x) { return x + amount; });
            break;
        case ColourOperation::Contrast:
            contrast(from, to, channels, pixels, amount);
            break;
        case ColourOperation::Saturation:
            saturation(from, to, pixels, amount);
            break;
        case ColourOperation::Hue:
            hue(from, to, pixels, amount);
            break;
        }
        from = to;
    }
}

void grey(const float* from, float* to, int64_t pixels) {
    each_vector(pixels, [&](int64_t at, int64_t lanes) {
        const Float luminance = 0.2989F * load(from + at, lanes) + 0.5870F * load(from + pixels + at, lanes)
            + 0.1140F * load(from + 2 * pixels + at, lanes);
        for (int64_t c = 0; c < 3; c++) {
            store(to + c * pixels + at, luminance, lanes);
        }
    });
}

// to = Σ over t of weights[t] · from[t · apart], for a strip of columns.
template <int Vectors, class Finish>
inline void weigh(const float* from, int64_t apart, const float* weights, int64_t count, float* to, int64_t lanes, Finish finish) {
    Float sums[Vectors] = {};
    for (int64_t tap = 0; tap < count; tap++) {
        for (int v = 0; v < Vectors; v++) {
            sums[v] += weights[tap] * load(from + tap * apart + v * Lanes, lanes);
        }
    }
    for (int v = 0; v < Vectors; v++) {
        store(to + v * Lanes, finish(sums[v]), lanes);
    }
}

// The same for a row of `width` values, in strips that fit into registers.
template <class Finish>
inline void weigh_row(const float* from, int64_t apart, const float* weights, int64_t count, float* to, int64_t width, Finish finish) {
    constexpr int Wide = 4;
    int64_t at = 0;
    for (; at + Wide * Lanes <= width; at += Wide * Lanes) {
        weigh<Wide>(from + at, apart, weights, count, to + at, Lanes, finish);
    }
    for (; at < width; at += Lanes) {
        weigh<1>(from + at, apart, weights, count, to + at, lanes_from(at, width), finish);
    }
}

// Blurs each row vertically into `scratch`, which has black margins at both ends, and then horizontally.
void blur(const float* from, float* to, int64_t height, int64_t width, const float* weights, int64_t radius, float* scratch) {
    for (int64_t i = 0; i < radius; i++) {
        scratch[i] = scratch[radius + width + i] = 0;
    }
    for (int64_t y = 0; y < height; y++) {
        const int64_t top = y < radius ? 0 : y - radius, bottom = y + radius < height ? y + radius : height - 1;
        weigh_row(from + top * width, width, weights + (top + radius - y), bottom - top + 1, scratch + radius, width, [](Float x) { return x; });
        weigh_row(scratch, 1, weights, 2 * radius + 1, to + y * width, width, cut_off);
    }
}

constexpr ViewKernels Own{resize, distort, grey, blur};

} // namespace

const ViewKernels& view_kernels() {
    return Own;
}

} // namespace SIMCLR_ISA
} // namespace simclr
