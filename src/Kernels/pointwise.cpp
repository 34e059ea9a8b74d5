// The convolution, and its gradient with respect to the input, are products of the pixels' rows of channels with the kernel's matrix. The
// pixels are read where they are, because neighbouring channels are the pairs that the processor multiplies; only the kernel is packed.
//
// The gradient of the kernel is a matrix product of all input pixels and the gradients of all output pixels. oneDNN packs both operands anew for each
// thread, rounds the sums to bfloat16 and reorders them. Here neighbouring pixels are packed into pairs once, with the batch norm applied
// on the way, and the sums stay float32.
#include "pointwise.h"

#include "dots.h"
#include "elements.h"
#include "memory.h"
#include "shapes.h"
#include "threads.h"
#include "tiles.h"

#include <algorithm>
#include <cstring>

namespace {

using simclr::PanelLanes;
using simclr::PanelRows;

// Number of pixel pairs that are packed at a time. The sums are read and written once for each such block, so larger sums need larger
// blocks.
constexpr int64_t FewestPairs = 128;
constexpr int64_t MostPairs = 512;
constexpr int64_t SumsOfPair = 512;

// Size of the packed output gradients that are processed at a time: a part of a core's L2 cache.
constexpr int64_t OutputBytes = 256 << 10;

// The pixels are divided into parts, each with its own sums. The number of parts depends on the shapes only, and so do the sums.
constexpr int64_t Parts = 16;
constexpr int64_t PartPixels = 8192;
constexpr int64_t PartBytes = 8 << 20;

// Size of the pixels that are multiplied with the whole kernel at a time: a part of a core's L2 cache.
constexpr int64_t BlockBytes = 64 << 10;

// Padding between panels, in words. Without it their distance could be a power of two, and all panels would map to the same cache set.
constexpr int64_t Apart = 32;

// Minimum prefetch distance of packing, in values.
constexpr int64_t AheadValues = 2048;

struct Range {
    int64_t first;
    int64_t last;

    int64_t count() const {
        return last - first;
    }

    // Part i of `parts`, in multiples of `unit`.
    Range part(int64_t i, int64_t parts, int64_t unit) const {
        const int64_t units = (count() + unit - 1) / unit;
        return {first + units * i / parts * unit, std::min(first + units * (i + 1) / parts * unit, last)};
    }
};

// Images as rows of channels, one row per output pixel; of an input with stride, every stride-th pixel.
template <class Value>
struct Pixels {
    Value* images;
    int64_t height;
    int64_t width;
    int64_t channels;
    int64_t stride;
    int64_t down;
    int64_t across;

    Value* at(int64_t pixel) const {
        if (stride == 1) {
            return images + pixel * channels;
        }
        const int64_t x = pixel % across * stride, y = pixel / across % down * stride, image = pixel / (across * down);
        return images + ((image * height + y) * width + x) * channels;
    }
};

using Given = Pixels<const uint16_t>;
using Written = Pixels<uint16_t>;

// Packs pixels into panels of 32 channels. If a and b are not null, applies max(a · x + b, 0) first.
void lay(const Given& images, Range pixels, Range channels, const float* a, const float* b, uint32_t* to, int64_t panel) {
    const auto pack = simclr::dots()->pack_pixels;
    const int64_t ahead = (AheadValues + images.channels - 1) / images.channels * images.channels * images.stride;
    const simclr::Channels taken{channels.first, channels.last};
    if (images.stride == 1) {
        pack({images.at(pixels.first), images.channels, pixels.count(), ahead}, taken, {a, b}, to, panel);
        return;
    }
    for (int64_t pixel = pixels.first; pixel < pixels.last; pixel += 2, to += PanelLanes) {
        const int64_t count = std::min<int64_t>(2, pixels.last - pixel);
        const uint16_t *one = images.at(pixel), *last = images.at(pixel + count - 1);
        pack({one, last - one, count, ahead}, taken, {a, b}, to, panel);
    }
}

class Product {
public:
    Product(Given x, const float* a, const float* b, Given dy) : x_(x), dy_(dy), a_(a), b_(b) {}

    // sums[output][input] = Σ over the pixels, for a range of output channels and a range of input channels.
    void sum(Range pixels, Range outputs, Range inputs, float* sums) const {
        const int64_t most = std::clamp(outputs.count() * inputs.count() / SumsOfPair, FewestPairs, MostPairs);
        const int64_t chunk = std::min(most, (pixels.count() + 1) / 2), panel = chunk * PanelLanes + Apart;
        const int64_t block = std::clamp(OutputBytes / (4 * chunk) / PanelLanes * PanelLanes, PanelLanes, outputs.count());
        const simclr::Buffer<uint32_t> laid((inputs.count() + block) / PanelLanes * panel);
        uint32_t* input = laid.data();
        uint32_t* output = input + inputs.count() / PanelLanes * panel;
        for (int64_t row = outputs.first; row < outputs.last; row++) {
            std::fill_n(sums + row * x_.channels + inputs.first, inputs.count(), 0.0F);
        }
        for (int64_t from = pixels.first; from < pixels.last; from += 2 * chunk) {
            const Range taken{from, std::min(from + 2 * chunk, pixels.last)};
            lay(x_, taken, inputs, a_, b_, input, panel);
            for (int64_t o = outputs.first; o < outputs.last; o += block) {
                const Range rows{o, std::min(o + block, outputs.last)};
                lay(dy_, taken, rows, nullptr, nullptr, output, panel);
                add((taken.count() + 1) / 2, rows, inputs, output, input, panel, sums);
            }
        }
    }

private:
    void add(int64_t pairs, Range outputs, Range inputs, const uint32_t* output, const uint32_t* input, int64_t panel, float* sums) const {
        const auto add_products = simclr::tiles()->add_products;
        for (int64_t i = 0; i < inputs.count(); i += PanelLanes) {
            for (int64_t o = 0; o < outputs.count(); o += PanelRows) {
                add_products(pairs, output + o / PanelLanes * panel + o % PanelLanes, input + i / PanelLanes * panel,
                    sums + (outputs.first + o) * x_.channels + inputs.first + i, x_.channels);
            }
        }
    }

    const Given x_;
    const Given dy_;
    const float* a_;
    const float* b_;
};

// to = from times the kernel, or to += that. Where only every stride-th pixel is read or written, a block of them is brought together first.
void multiply(const Given& from, const Written& to, int64_t pixels, const simclr::Taps& taps, bool add) {
    const auto& tiles = *simclr::tiles();
    const int64_t panels = to.channels / PanelLanes, steps = from.channels / 2, panel = steps * PanelLanes + Apart;
    const simclr::Buffer<uint32_t> kernel(panels * panel);
    simclr::share(panels, [&](int64_t i) {
        simclr::Taps own = taps;
        own.first += i * PanelLanes * taps.lane;
        tiles.pointwise(own, from.channels, kernel.data() + i * panel);
    });
    const int64_t block = std::max<int64_t>(BlockBytes / (2 * from.channels) / PanelRows, 1) * PanelRows;
    simclr::share_turns((pixels + block - 1) / block, [&](const auto& take) {
        const simclr::Buffer<uint16_t> read(from.stride > 1 ? block * from.channels : 0);
        const simclr::Buffer<uint16_t> written(to.stride > 1 ? block * to.channels : 0);
        for (int64_t i = 0; take(i);) {
            const int64_t first = i * block, count = std::min(block, pixels - first);
            for (int64_t pixel = 0; pixel < count && from.stride > 1; pixel++) {
                std::memcpy(read.data() + pixel * from.channels, from.at(first + pixel), 2 * from.channels);
            }
            const uint16_t* x = from.stride > 1 ? read.data() : from.at(first);
            uint16_t* y = to.stride > 1 ? written.data() : to.at(first);
            for (int64_t pixel = 0; pixel < count && add && to.stride > 1; pixel++) {
                std::memcpy(y + pixel * to.channels, to.at(first + pixel), 2 * to.channels);
            }
            for (int64_t k = 0; k < panels; k++) {
                for (int64_t pixel = 0; pixel < count; pixel += PanelRows) {
                    tiles.multiply_pixels(steps, {x + pixel * from.channels, from.channels, std::min(PanelRows, count - pixel)},
                        kernel.data() + k * panel, y + pixel * to.channels + k * PanelLanes, to.channels, add);
                }
            }
            for (int64_t pixel = 0; pixel < count && to.stride > 1; pixel++) {
                std::memcpy(to.at(first + pixel), y + pixel * to.channels, 2 * to.channels);
            }
        }
    });
}

template <class Value>
Pixels<Value> inputs_of(ConvolutionShape shape, Value* x) {
    return {x, shape.height, shape.width, shape.inputs, shape.stride, simclr::output_height(shape), simclr::output_width(shape)};
}

template <class Value>
Pixels<Value> outputs_of(ConvolutionShape shape, Value* y) {
    const int64_t down = simclr::output_height(shape), across = simclr::output_width(shape);
    return {y, down, across, shape.outputs, 1, down, across};
}

const uint16_t* given(const void* values) {
    return static_cast<const uint16_t*>(values);
}

int64_t pixels_of(ConvolutionShape shape) {
    return shape.images * simclr::output_height(shape) * simclr::output_width(shape);
}

} // namespace

bool simclr::has_pointwise(ConvolutionShape shape) {
    return simclr::dots() != nullptr && simclr::tiles() != nullptr && shape.element == simclr::BFloat16Number && shape.padding == 0
        && shape.side == 1 && shape.outputs % PanelLanes == 0 && shape.inputs % PanelLanes == 0;
}

void simclr::pointwise(ConvolutionShape shape, const void* x, const float* kernel, void* y) {
    multiply(inputs_of(shape, given(x)), outputs_of(shape, static_cast<uint16_t*>(y)), pixels_of(shape),
        {kernel, shape.inputs, 1, false}, false);
}

void simclr::pointwise_input_gradient(ConvolutionShape shape, const void* dy, const float* kernel, bool add, void* dx) {
    if (shape.stride > 1 && !add) {
        const int64_t bytes = 2 * shape.height * shape.width * shape.inputs;
        simclr::share(shape.images, [&](int64_t image) { std::memset(simclr::at(dx, image * bytes), 0, bytes); });
    }
    multiply(outputs_of(shape, given(dy)), inputs_of(shape, static_cast<uint16_t*>(dx)), pixels_of(shape),
        {kernel, 1, shape.inputs, false}, add);
}

void simclr::pointwise_kernel_gradient(
    ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel) {
    const int64_t pixels = pixels_of(shape), count = shape.outputs * shape.inputs;
    const Range all{0, pixels}, outputs{0, shape.outputs}, inputs{0, shape.inputs};
    const int64_t parts = std::clamp<int64_t>(std::min(pixels / PartPixels, PartBytes / (4 * count)), 1, Parts);
    // If there are more threads than parts, the larger of the two channel dimensions is divided too. Each group packs the other operand
    // itself.
    const bool by_inputs = inputs.count() > outputs.count();
    const int64_t most = std::max(inputs.count(), outputs.count()) / PanelLanes;
    const int64_t groups = std::clamp<int64_t>((simclr::thread_count() + parts - 1) / parts, 1, most);
    // The sums of the first part are stored in the result, to which the others are added.
    const simclr::Buffer<float> others((parts - 1) * count);
    const auto sums_of = [&](int64_t part) { return part == 0 ? dkernel : others.data() + (part - 1) * count; };
    const Product product(inputs_of(shape, given(x)), a, b, outputs_of(shape, given(dy)));
    simclr::share(parts * groups, [&](int64_t i) {
        const int64_t part = i / groups, group = i % groups;
        product.sum(all.part(part, parts, 2), by_inputs ? outputs : outputs.part(group, groups, PanelLanes),
            by_inputs ? inputs.part(group, groups, PanelLanes) : inputs, sums_of(part));
    });
    simclr::share(parts > 1 ? count : 0, PartPixels, [&](int64_t from, int64_t to) {
        for (int64_t part = 1; part < parts; part++) {
            const float* sums = sums_of(part);
            for (int64_t i = from; i < to; i++) {
                dkernel[i] += sums[i];
            }
        }
    });
}
