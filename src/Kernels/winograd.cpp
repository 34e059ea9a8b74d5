// Winograd's algorithm takes 16 products instead of 36. With the cost of the transforms, it is a third to four fifths faster than oneDNN if
// there are many channels. The transformed values are rounded to bfloat16 once more, so the error of a result is less than twice that of
// oneDNN, which rounds the kernel and the result only.
#include "winograd.h"

#include "elements.h"
#include "memory.h"
#include "threads.h"
#include "tiles.h"

#include <algorithm>
#include <vector>

namespace {

using simclr::Buffer;
using simclr::PanelLanes;
using simclr::PanelRows;
using simclr::Plane;
using simclr::Positions;
using simclr::Rectified;
using simclr::TapCount;
using simclr::Tile;
using simclr::TileSide;

// Size of the transformed tiles that are multiplied at a time: a part of a core's L2 cache.
constexpr int64_t BlockBytes = 384 << 10;

// Size of the transformed tiles for a kernel's gradient: a part of the shared L3 cache.
constexpr int64_t ChunkBytes = 1 << 20;

// Size of the sums of a kernel's gradient. As many output channels as fit are processed at a time.
constexpr int64_t SumBytes = 4 << 20;

// Minimum number of pairs for which sums are read and written once.
constexpr int64_t FewestPairs = 128;

// Padding between the positions of a tile, in values. Without it their distance could be a power of two, and all would map to the same
// cache set.
constexpr int64_t Apart = 32;

// Numbers all tiles of a batch, one image after the other.
struct Grid {
    int64_t down;
    int64_t across;
    int64_t count;

    explicit Grid(ConvolutionShape shape)
        : down((shape.height + TileSide - 1) / TileSide), across((shape.width + TileSide - 1) / TileSide),
          count(shape.images * down * across) {}

    // A tile of images with `values` values each. Its image is null if the number is beyond the last tile.
    Tile at(int64_t tile, const void* images, int64_t values) const {
        const int64_t image = tile / (down * across), within = tile % (down * across);
        const auto* first = static_cast<const uint16_t*>(images);
        return {tile < count ? first + image * values : nullptr, within / across * TileSide, within % across * TileSide};
    }
};

Plane inputs_of(ConvolutionShape shape) {
    return {shape.height, shape.width, shape.inputs};
}

Plane outputs_of(ConvolutionShape shape) {
    return {shape.height, shape.width, shape.outputs};
}

int64_t values_of(Plane plane) {
    return plane.height * plane.width * plane.channels;
}

// One value per channel, in the order of channel_at.
std::vector<float> placed(const float* values, int64_t channels) {
    std::vector<float> result(values != nullptr ? channels : 0);
    for (std::size_t i = 0; i < result.size(); i++) {
        result[i] = values[simclr::channel_at(static_cast<int64_t>(i))];
    }
    return result;
}

// The convolution, used for the forward pass and for the input gradient. They differ in which channels of the kernel are summed over, and
// in whether the kernel is rotated. Writes to y, or adds to it.
void convolve(const Grid& grid, Plane from, const void* x, const simclr::Taps& taps, Plane to, void* y, bool add) {
    const auto& tiles = *simclr::tiles();
    const int64_t steps = from.channels / 2, panels = to.channels / PanelLanes;
    const int64_t position = steps * PanelLanes + Apart, panel = Positions * position;
    const Buffer<uint32_t> kernels(panels * panel);
    uint32_t* kernel = kernels.data();
    simclr::share(panels, [&](int64_t i) {
        simclr::Taps own = taps;
        own.first += i * PanelLanes * taps.lane;
        tiles.kernel(own, from.channels, kernel + i * panel, position);
    });

    const int64_t block = std::max<int64_t>(BlockBytes / (Positions * (2 * from.channels + 4 * PanelLanes)) / PanelRows, 1) * PanelRows;
    const int64_t stride = block * from.channels + Apart, sumStride = block * PanelLanes + Apart;
    simclr::share_turns((grid.count + block - 1) / block, [&](const auto& take) {
        const Buffer<uint16_t> inputs(Positions * stride);
        const Buffer<float> products(Positions * sumStride);
        uint16_t* input = inputs.data();
        float* sums = products.data();
        std::vector<Tile> written(block);
        for (int64_t i = 0; take(i);) {
            const int64_t start = i * block, count = std::min(block, grid.count - start);
            for (int64_t t = 0; t < count; t++) {
                tiles.input(from, grid.at(start + t, x, values_of(from)), input + t * from.channels, stride);
                written[t] = grid.at(start + t, y, values_of(to));
            }
            for (int64_t k = 0; k < panels; k++) {
                for (int64_t p = 0; p < Positions; p++) {
                    for (int64_t t = 0; t < count; t += PanelRows) {
                        tiles.multiply(steps, reinterpret_cast<const uint32_t*>(input + p * stride + t * from.channels),
                            kernel + k * panel + p * position, sums + p * sumStride + t * PanelLanes);
                    }
                }
                for (int64_t t = 0; t < count; t++) {
                    const Tile& tile = written[t];
                    uint16_t* image = const_cast<uint16_t*>(tile.image) + k * PanelLanes;
                    tiles.output(sums + t * PanelLanes, sumStride, to, image, tile.y, tile.x, add);
                }
            }
        }
    });
}

} // namespace

bool simclr::has_winograd(ConvolutionShape shape) {
    const bool fits = shape.stride == 1 && shape.padding == 1 && shape.side == 3 && shape.outputs % PanelLanes == 0
        && shape.inputs % PanelLanes == 0;
    if (!fits || simclr::tiles() == nullptr || shape.element != simclr::BFloat16Number) {
        return false;
    }
    // A cost model fitted to measured times, with factors in 1/32 of a product of 16 pairs. It accounts for the transforms (which dominate
    // if there are few channels), for tiles that exceed an odd side, and for the transform of the kernel (which few images cannot
    // amortise).
    const Grid grid(shape);
    const int64_t products = shape.inputs * shape.outputs;
    const int64_t own = grid.count * (22 * products + 240 * (shape.inputs + shape.outputs)) + 700 * products;
    return own <= TapCount * shape.images * shape.height * shape.width * products;
}

void simclr::winograd(ConvolutionShape shape, const void* x, const float* kernel, void* y) {
    convolve(Grid(shape), inputs_of(shape), x, {kernel, TapCount * shape.inputs, TapCount, false}, outputs_of(shape), y, false);
}

void simclr::winograd_input_gradient(ConvolutionShape shape, const void* dy, const float* kernel, bool add, void* dx) {
    convolve(Grid(shape), outputs_of(shape), dy, {kernel, TapCount, TapCount * shape.inputs, true}, inputs_of(shape), dx, add);
}

void simclr::winograd_kernel_gradient(
    ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel) {
    const auto& tiles = *simclr::tiles();
    const Plane in = inputs_of(shape), out = outputs_of(shape);
    const std::vector<float> scale = placed(a, in.channels), shift = placed(b, in.channels);
    const Rectified rectified{a != nullptr ? scale.data() : nullptr, shift.data()};
    const Grid grid(shape);

    // Sums [inputs / 32][outputs][16][32].
    constexpr int64_t Row = Positions * PanelLanes;
    const int64_t outputs = std::clamp<int64_t>(SumBytes / (4 * Positions * in.channels) / PanelLanes * PanelLanes, PanelLanes, out.channels);
    const Buffer<float> products(in.channels / PanelLanes * outputs * Row);
    float* sums = products.data();

    const int64_t pairs = (grid.count + 1) / 2;
    const int64_t chunk = std::min(std::max<int64_t>(ChunkBytes / (4 * Positions * (in.channels + outputs)), FewestPairs), pairs);
    const int64_t panel = chunk * PanelLanes + Apart, of_inputs = in.channels / PanelLanes * panel, of_outputs = outputs / PanelLanes * panel;
    const Buffer<uint32_t> inputs(Positions * of_inputs), gradients(Positions * of_outputs);
    uint32_t *input = inputs.data(), *gradient = gradients.data();

    for (int64_t output = 0; output < out.channels; output += outputs) {
        const int64_t taken = std::min(outputs, out.channels - output), rows = taken / PanelRows, blocks = in.channels / PanelLanes * rows;
        for (int64_t start = 0; start < pairs; start += chunk) {
            const int64_t count = std::min(chunk, pairs - start);
            const bool is_laid = output > 0 && count == pairs;
            simclr::share(count, 8, [&](int64_t first, int64_t last) {
                for (int64_t pair = first; pair < last; pair++) {
                    const int64_t tile = 2 * (start + pair), at = pair * PanelLanes;
                    if (!is_laid) {
                        tiles.input_pair(in, grid.at(tile, x, values_of(in)), grid.at(tile + 1, x, values_of(in)),
                            rectified, {input + at, panel, of_inputs});
                    }
                    tiles.gradient_pair(out, grid.at(tile, dy, values_of(out)), grid.at(tile + 1, dy, values_of(out)),
                        output, taken, {gradient + at, panel, of_outputs});
                }
            });
            // In the order of positions, so that the operands of the products stay in the cache.
            simclr::share(Positions * blocks, rows, [&](int64_t first, int64_t last) {
                for (int64_t i = first; i < last; i++) {
                    const int64_t p = i / blocks, c = i % blocks / rows, k = i % rows * PanelRows;
                    float* to = sums + i % blocks * PanelRows * Row + p * PanelLanes;
                    for (int64_t row = 0; row < PanelRows && start == 0; row++) {
                        std::fill_n(to + row * Row, PanelLanes, 0.0F);
                    }
                    tiles.add_products(count, gradient + p * of_outputs + k / PanelLanes * panel + k % PanelLanes,
                        input + p * of_inputs + c * panel, to, Row);
                }
            });
        }
        simclr::share(blocks * PanelRows, PanelRows, [&](int64_t first, int64_t last) {
            for (int64_t i = first; i < last; i++) {
                const int64_t c = i / taken * PanelLanes, k = output + simclr::channel_at(i % taken);
                float* taps = dkernel + (k * in.channels + c) * TapCount;
                tiles.taps(sums + i * Row, PanelLanes, taps, 2 * TapCount);
                tiles.taps(sums + i * Row + PanelLanes / 2, PanelLanes, taps + TapCount, 2 * TapCount);
            }
        });
    }
}
