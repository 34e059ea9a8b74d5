// Implements kernels.h for one instruction set, SIMCLR_ISA. No inline function of a shared header may be used here: the linker keeps one
// copy of such a function, possibly the one compiled with instructions that the processor lacks.
#include "kernels.h"
#include "vectors.h"

namespace simclr {
namespace SIMCLR_ISA {
namespace {

// Number of rows that are summed in float32 registers before the sums are added in float64.
constexpr int64_t BlockRows = 256;

// Number of vectors of a row that a reduction keeps in registers.
constexpr int StripVectors = 4;

// Number of rows, and of columns, whose sums a reduction adds up before it goes on to others: few rows, so that memory is read in order, but
// more than one, because the sums are loaded and stored each time. A reduction that also writes takes one row after the other, since its
// stores would delay loads of the next row that have the same place in a page.
constexpr int64_t BandRows = 4;
constexpr int64_t WrittenRows = 1;
constexpr int64_t BandColumns = 1024;

inline Float where_positive(Float of, Float value) {
    return reinterpret_cast<Float>(reinterpret_cast<Bits>(value) & reinterpret_cast<Bits>(of > 0));
}

// max(value, 0), but with NaN propagated, which the max instruction would not do.
inline Float positive_part(Float value) {
    return reinterpret_cast<Float>(reinterpret_cast<Bits>(value) & ~reinterpret_cast<Bits>(value < 0));
}

// A number that is known when this is compiled.
template <int Value>
struct Count {
    constexpr operator int() const {
        return Value;
    }
};

// Calls body(strip, lanes) for strips of StripVectors whole vectors, then for single vectors, of which the last may have fewer lanes.
template <class Wide, class Narrow>
inline void each_strip(int64_t width, Wide wide, Narrow narrow) {
    int64_t column = 0;
    for (; column + StripVectors * Lanes <= width; column += StripVectors * Lanes) {
        wide(column);
    }
    for (; column < width; column += Lanes) {
        narrow(column, width - column < Lanes ? width - column : Lanes);
    }
}

// The sums of two quantities over rows, column by column. `strip` adds those of at most `few` rows and some columns to float32 sums:
// strip(vectors, rows, first row, column, lanes, to, to_second), where `vectors` is a constant.
template <class Strip>
inline void sum_rows(Rows rows, int64_t few, double* sum, double* second_sum, Strip strip) {
    for (int64_t from = 0; from < rows.width; from += BandColumns) {
        const int64_t width = rows.width - from < BandColumns ? rows.width - from : BandColumns;
        const int64_t band = width > StripVectors * Lanes ? few : BlockRows;
        for (int64_t first = 0; first < rows.count; first += BlockRows) {
            const int64_t end = rows.count - first < BlockRows ? rows.count : first + BlockRows;
            float s[BandColumns + Lanes], p[BandColumns + Lanes];
            each_vector(width, [&](int64_t column, int64_t) {
                store(s + column, Float{});
                store(p + column, Float{});
            });
            for (int64_t row = first; row < end; row += band) {
                const int64_t count = end - row < band ? end - row : band;
                each_strip(
                    width, [&](int64_t c) { strip(Count<StripVectors>(), count, row, from + c, Lanes, s + c, p + c); },
                    [&](int64_t c, int64_t lanes) { strip(Count<1>(), count, row, from + c, lanes, s + c, p + c); });
            }
            for (int64_t column = 0; column < width; column++) {
                sum[from + column] += s[column];
                second_sum[from + column] += p[column];
            }
        }
    }
}

template <class T>
void moments(Rows rows, const void* values, const float* centre, double* sum, double* squares) {
    const T* x = static_cast<const T*>(values);
    sum_rows(rows, BandRows, sum, squares, [&](auto vectors, int64_t count, int64_t first, int64_t column, int64_t lanes, float* to, float* to_squares) {
        Float s[vectors], q[vectors], c[vectors];
        for (int v = 0; v < vectors; v++) {
            s[v] = load(to + v * Lanes);
            q[v] = load(to_squares + v * Lanes);
            c[v] = load(centre + column + v * Lanes, lanes);
        }
        for (int64_t row = first; row < first + count; row++) {
            for (int v = 0; v < vectors; v++) {
                const Float d = load(x + row * rows.width + column + v * Lanes, lanes) - c[v];
                s[v] += d;
                q[v] += d * d;
            }
        }
        for (int v = 0; v < vectors; v++) {
            store(to + v * Lanes, s[v]);
            store(to_squares + v * Lanes, q[v]);
        }
    });
}

template <class T, bool Skip, bool Relu>
void apply_rows(Rows rows, const T* x, const T* skip, const float* a, const float* b, T* y) {
    for (int64_t row = 0; row < rows.count; row++, x += rows.width, skip += Skip ? rows.width : 0, y += rows.width) {
        each_vector(rows.width, [&](int64_t column, int64_t lanes) {
            Float value = load(a + column, lanes) * load(x + column, lanes) + load(b + column, lanes);
            if (Skip) {
                value += load(skip + column, lanes);
            }
            store(y + column, Relu ? positive_part(value) : value, lanes);
        });
    }
}

template <class T>
void apply(Rows rows, const void* x, const void* skip, const float* a, const float* b, bool relu, void* y) {
    const T* from = static_cast<const T*>(x);
    const T* other = static_cast<const T*>(skip);
    T* to = static_cast<T*>(y);
    if (other != nullptr) {
        relu ? apply_rows<T, true, true>(rows, from, other, a, b, to) : apply_rows<T, true, false>(rows, from, other, a, b, to);
    } else {
        relu ? apply_rows<T, false, true>(rows, from, other, a, b, to) : apply_rows<T, false, false>(rows, from, other, a, b, to);
    }
}

template <class T, Mask mask>
void gradient_sums_as(Rows rows, const T* g, const T* x, const T* y, const float* a, const float* b, const float* mean, T* masked,
    double* sum, double* product) {
    constexpr int64_t Few = mask == Mask::Output ? WrittenRows : BandRows;
    sum_rows(rows, Few, sum, product, [&](auto vectors, int64_t count, int64_t first, int64_t column, int64_t lanes, float* to, float* to_product) {
        Float s[vectors], p[vectors], av[vectors], bv[vectors], m[vectors];
        for (int v = 0; v < vectors; v++) {
            s[v] = load(to + v * Lanes);
            p[v] = load(to_product + v * Lanes);
            av[v] = load(a + column + v * Lanes, lanes);
            bv[v] = load(b + column + v * Lanes, lanes);
            m[v] = load(mean + column + v * Lanes, lanes);
        }
        for (int64_t row = first; row < first + count; row++) {
            for (int v = 0; v < vectors; v++) {
                const int64_t at = row * rows.width + column + v * Lanes;
                const Float input = load(x + at, lanes);
                Float gradient = load(g + at, lanes);
                if (mask == Mask::Input) {
                    gradient = where_positive(av[v] * input + bv[v], gradient);
                }
                if (mask == Mask::Output) {
                    gradient = where_positive(load(y + at, lanes), gradient);
                    store(masked + at, gradient, lanes);
                }
                s[v] += gradient;
                p[v] += gradient * (input - m[v]);
            }
        }
        for (int v = 0; v < vectors; v++) {
            store(to + v * Lanes, s[v]);
            store(to_product + v * Lanes, p[v]);
        }
    });
}

template <class T>
void gradient_sums(Rows rows, const void* g, const void* x, const void* y, const float* a, const float* b, const float* mean, Mask mask,
    void* masked, double* sum, double* product) {
    const auto run = mask == Mask::None ? gradient_sums_as<T, Mask::None>
        : mask == Mask::Input           ? gradient_sums_as<T, Mask::Input>
                                        : gradient_sums_as<T, Mask::Output>;
    run(rows, static_cast<const T*>(g), static_cast<const T*>(x), static_cast<const T*>(y), a, b, mean, static_cast<T*>(masked), sum, product);
}

template <class T, bool Relu>
void gradient_rows(Rows rows, const T* g, const T* x, const float* a, const float* b, const float* mean, const float* q, const float* r,
    T* dx) {
    for (int64_t row = 0; row < rows.count; row++, g += rows.width, x += rows.width, dx += rows.width) {
        each_vector(rows.width, [&](int64_t column, int64_t lanes) {
            const Float input = load(x + column, lanes);
            const Float scale = load(a + column, lanes);
            Float gradient = load(g + column, lanes);
            if (Relu) {
                gradient = where_positive(scale * input + load(b + column, lanes), gradient);
            }
            const Float through = load(q + column, lanes) * (input - load(mean + column, lanes)) + load(r + column, lanes);
            store(dx + column, scale * gradient + through, lanes);
        });
    }
}

template <class T>
void gradient(Rows rows, const void* g, const void* x, const float* a, const float* b, const float* mean, const float* q, const float* r,
    bool relu, void* dx) {
    const T* from = static_cast<const T*>(g);
    const T* input = static_cast<const T*>(x);
    T* to = static_cast<T*>(dx);
    relu ? gradient_rows<T, true>(rows, from, input, a, b, mean, q, r, to)
         : gradient_rows<T, false>(rows, from, input, a, b, mean, q, r, to);
}

template <class T>
void add_streams(Rows rows, const void* streams, float* sum) {
    each_vector(rows.width, [&](int64_t column, int64_t lanes) {
        const T* x = static_cast<const T*>(streams) + column;
        Float total = {};
        for (int64_t row = 0; row < rows.count; row++, x += 2 * rows.width) {
            total += load(x, lanes) + load(x + rows.width, lanes);
        }
        store(sum + column, load(sum + column, lanes) + total, lanes);
    });
}

template <class T>
void mix_streams(Rows rows, const void* streams, const float* weight, void* mixed) {
    each_vector(rows.width, [&](int64_t column, int64_t lanes) {
        const T* x = static_cast<const T*>(streams) + column;
        T* y = static_cast<T*>(mixed) + column;
        const Float w = load(weight + column, lanes);
        for (int64_t row = 0; row < rows.count; row++, x += 2 * rows.width, y += rows.width) {
            const Float second = load(x + rows.width, lanes);
            store(y, second + (load(x, lanes) - second) * w, lanes);
        }
    });
}

template <class T, bool Normalized>
void mix_products_as(Rows rows, const T* gradient, const T* streams, const float* a, const float* b, float* product) {
    const int64_t width = rows.width;
    each_vector(width, [&](int64_t column, int64_t lanes) {
        const T* g = gradient + column;
        const T* x = streams + column;
        Float total = {}, scale[2] = {}, shift[2] = {};
        for (int64_t i = 0; Normalized && i < 2; i++) {
            scale[i] = load(a + column + i * width, lanes);
            shift[i] = load(b + column + i * width, lanes);
        }
        for (int64_t row = 0; row < rows.count; row++, x += 2 * width, g += width) {
            Float first = load(x, lanes), second = load(x + width, lanes);
            if (Normalized) {
                first = positive_part(scale[0] * first + shift[0]);
                second = positive_part(scale[1] * second + shift[1]);
            }
            total += load(g, lanes) * (first - second);
        }
        store(product + column, load(product + column, lanes) + total, lanes);
    });
}

template <class T>
void mix_products(Rows rows, const void* g, const void* streams, const float* a, const float* b, float* product) {
    const T* gradient = static_cast<const T*>(g);
    const T* x = static_cast<const T*>(streams);
    a != nullptr ? mix_products_as<T, true>(rows, gradient, x, a, b, product) : mix_products_as<T, false>(rows, gradient, x, a, b, product);
}

template <class T>
void split_streams(Rows rows, const void* gradient, const float* weight, const float* shared, void* streams) {
    each_vector(rows.width, [&](int64_t column, int64_t lanes) {
        const T* g = static_cast<const T*>(gradient) + column;
        T* x = static_cast<T*>(streams) + column;
        const Float w = load(weight + column, lanes), both = load(shared + column, lanes);
        for (int64_t row = 0; row < rows.count; row++, x += 2 * rows.width, g += rows.width) {
            const Float from = load(g, lanes), first = from * w;
            store(x, first + both, lanes);
            store(x + rows.width, from - first + both, lanes);
        }
    });
}

template <class T>
void max_pool(int64_t width, const void* const* taps, int64_t count, void* y, Choice* choice) {
    each_vector(width, [&](int64_t column, int64_t lanes) {
        Float largest = {};
        Int chosen = {};
        bool is_first = true;
        for (int64_t tap = 0; tap < count; tap++) {
            if (taps[tap] == nullptr) {
                continue;
            }
            const Float value = load(static_cast<const T*>(taps[tap]) + column, lanes);
            const Int taken = is_first ? Int{} == 0 : (value > largest) | (value != value);
            largest = reinterpret_cast<Float>((reinterpret_cast<Int>(value) & taken) | (reinterpret_cast<Int>(largest) & ~taken));
            chosen = (static_cast<int32_t>(tap) & taken) | (chosen & ~taken);
            is_first = false;
        }
        store(static_cast<T*>(y) + column, largest, lanes);
        const Bytes bytes = lowest_byte(reinterpret_cast<Bits>(chosen));
        __builtin_memcpy(choice + column, &bytes, static_cast<std::size_t>(lanes));
    });
}

template <class T>
void max_pool_gradient(int64_t width, const Share* shares, int64_t count, void* dx) {
    each_vector(width, [&](int64_t column, int64_t lanes) {
        Float sum = {};
        for (int64_t i = 0; i < count; i++) {
            Choice choice[Lanes] = {};
            __builtin_memcpy(choice, shares[i].choice + column, static_cast<std::size_t>(lanes));
            Bytes chosen;
            __builtin_memcpy(&chosen, choice, sizeof(chosen));
            const Int here = widened(chosen) == static_cast<uint32_t>(shares[i].tap);
            const Float share = load(static_cast<const T*>(shares[i].gradient) + column, lanes);
            sum = rounded<T>(sum + reinterpret_cast<Float>(reinterpret_cast<Int>(share) & here));
        }
        store(static_cast<T*>(dx) + column, sum, lanes);
    });
}

template <class T>
constexpr Kernels For{moments<T>, apply<T>, gradient_sums<T>, gradient<T>, add_streams<T>, mix_streams<T>, mix_products<T>, split_streams<T>,
    max_pool<T>, max_pool_gradient<T>};

} // namespace

const Kernels& kernels(Element element) {
    return element == Element::Float32 ? For<float> : For<uint16_t>;
}

} // namespace SIMCLR_ISA
} // namespace simclr
