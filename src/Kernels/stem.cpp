// The first convolution of a network in bfloat16. Its images are pixels with 16 bits of precision, each as two bfloat16 numbers to add, and
// have few channels, so that the convolution is computed in float32: images and kernel are not rounded, only the result is. libtorch would
// need a float32 copy of the images, and another of the result or of its gradient.
#include "elements.h"
#include "memory.h"
#include "shapes.h"
#include "simclr_kernels.h"
#include "stem_kernels.h"
#include "threads.h"

#include <algorithm>
#include <cstring>

namespace {

using simclr::Buffer;
using simclr::StemRow;
using simclr::value_of;

constexpr int64_t MostChannels = 4;

// Rows of output pixels that are computed at a time. They share most of the image's rows that they read.
constexpr int64_t BandRows = 8;

// The images are divided into parts, each with its own sums. The number of parts depends on the shapes only, and so do the sums.
constexpr int64_t MostParts = 32;

// The nearest bfloat16, ties to even; NaN stays NaN.
uint16_t rounded(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return value != value ? 0x7fc0 : static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

struct Stem {
    ConvolutionShape shape;
    int64_t down, across; // output pixels
    int64_t span; // values of a row that a pixel reads
    int64_t width; // values of a padded row

    explicit Stem(ConvolutionShape of)
        : shape(of), down(simclr::output_height(of)), across(simclr::output_width(of)), span(of.side * of.inputs),
          width(((across - 1) * of.stride + of.side) * of.inputs) {}

    int64_t weights() const {
        return shape.side * span * shape.outputs;
    }

    int64_t bands() const {
        return (down + BandRows - 1) / BandRows;
    }

    int64_t band_values() const {
        return ((BandRows - 1) * shape.stride + shape.side) * width;
    }

    // Calls body(place in [rows][span][outputs], place in [outputs, inputs, side, side]) for each weight.
    template <class Body>
    void each_weight(const Body& body) const {
        for (int64_t r = 0; r < shape.side; r++) {
            for (int64_t i = 0; i < span; i++) {
                const int64_t column = i / shape.inputs, channel = i % shape.inputs;
                for (int64_t o = 0; o < shape.outputs; o++) {
                    body((r * span + i) * shape.outputs + o, ((o * shape.inputs + channel) * shape.side + r) * shape.side + column);
                }
            }
        }
    }

    // Writes the rows of an image that a band reads, as float32 with zeros around the image.
    void lay(const uint16_t* image, int64_t band, float* to) const {
        const int64_t first = band * BandRows * shape.stride - shape.padding;
        const int64_t rows = (std::min(BandRows, down - band * BandRows) - 1) * shape.stride + shape.side;
        const int64_t left = shape.padding * shape.inputs, inside = std::min(shape.width * shape.inputs, width - left);
        for (int64_t row = first; row < first + rows; row++, to += width) {
            if (row < 0 || row >= shape.height) {
                std::fill_n(to, width, 0.0F);
                continue;
            }
            std::fill_n(to, left, 0.0F);
            add_halves(image + row * shape.width * 2 * shape.inputs, inside / shape.inputs, to + left);
            std::fill_n(to + left + inside, width - left - inside, 0.0F);
        }
    }

    // The output row of a band, with what it reads.
    StemRow row(const float* laid, int64_t row) const {
        return {laid + row * shape.stride * width, width, shape.stride * shape.inputs, shape.side, span, across, shape.outputs};
    }

private:
    // A pixel is [inputs] rounded values and then their rounding errors.
    void add_halves(const uint16_t* pixels, int64_t count, float* to) const {
        for (int64_t x = 0; x < count; x++, pixels += 2 * shape.inputs) {
            for (int64_t c = 0; c < shape.inputs; c++) {
                *to++ = value_of(pixels[c]) + value_of(pixels[shape.inputs + c]);
            }
        }
    }

};

} // namespace

void simclr_halves(ImageShape shape, const float* images, void* halves) {
    const int64_t pixels = shape.height * shape.width;
    simclr::share(shape.images * shape.height, [&](int64_t row) {
        const int64_t image = row / shape.height, within = row % shape.height * shape.width;
        auto* to = static_cast<uint16_t*>(halves) + row * shape.width * 2 * shape.channels;
        for (int64_t c = 0; c < shape.channels; c++) {
            const float* from = images + (image * shape.channels + c) * pixels + within;
            for (int64_t x = 0; x < shape.width; x++) {
                const uint16_t half = rounded(from[x]);
                to[x * 2 * shape.channels + c] = half;
                to[x * 2 * shape.channels + shape.channels + c] = rounded(from[x] - value_of(half));
            }
        }
    });
}

int32_t simclr_stem_serves(ConvolutionShape shape) {
    return shape.element == simclr::BFloat16Number && shape.inputs <= MostChannels && shape.outputs % simclr::StemOutputs == 0;
}

void simclr_stem(ConvolutionShape shape, const void* x, const float* kernel, void* y) {
    const Stem stem(shape);
    const Buffer<float> weights(stem.weights());
    stem.each_weight([&](int64_t to, int64_t from) { weights.data()[to] = kernel[from]; });
    simclr::share_turns(shape.images * stem.bands(), [&](const auto& take) {
        const Buffer<float> laid(stem.band_values());
        for (int64_t i = 0; take(i);) {
            const int64_t image = i / stem.bands(), first = i % stem.bands() * BandRows;
            const auto* from = static_cast<const uint16_t*>(x) + image * shape.height * shape.width * 2 * shape.inputs;
            auto* to = static_cast<uint16_t*>(y) + (image * stem.down + first) * stem.across * shape.outputs;
            stem.lay(from, i % stem.bands(), laid.data());
            for (int64_t row = 0; row < std::min(BandRows, stem.down - first); row++, to += stem.across * shape.outputs) {
                simclr::stem_kernels().convolve(stem.row(laid.data(), row), weights.data(), to);
            }
        }
    });
}

void simclr_stem_kernel_gradient(ConvolutionShape shape, const void* x, const void* dy, float* dkernel) {
    const Stem stem(shape);
    const auto& kernels = simclr::stem_kernels();
    const int64_t parts = std::min(shape.images, MostParts), values = stem.across * shape.outputs;
    const simclr::Zeros<float> sums(parts * stem.weights());
    simclr::share_turns(parts, [&](const auto& take) {
        const Buffer<float> laid(stem.band_values()), gradient(values);
        for (int64_t part = 0; take(part);) {
            for (int64_t image = shape.images * part / parts; image < shape.images * (part + 1) / parts; image++) {
                const auto* from = static_cast<const uint16_t*>(x) + image * shape.height * shape.width * 2 * shape.inputs;
                const auto* g = static_cast<const uint16_t*>(dy) + image * stem.down * values;
                for (int64_t row = 0; row < stem.down; row++, g += values) {
                    if (row % BandRows == 0) {
                        stem.lay(from, row / BandRows, laid.data());
                    }
                    kernels.widen(g, values, gradient.data());
                    kernels.kernel_gradient(stem.row(laid.data(), row % BandRows), gradient.data(), sums.data() + part * stem.weights());
                }
            }
        }
    });
    stem.each_weight([&](int64_t from, int64_t to) {
        float sum = 0;
        for (int64_t part = 0; part < parts; part++) {
            sum += sums.data()[part * stem.weights() + from];
        }
        dkernel[to] = sum;
    });
}
