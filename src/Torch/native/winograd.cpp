// Sixteen products in place of 36, of which the transforms leave a gain of a third to four fifths where channels are many. What is transformed is
// rounded to bfloat16 once more: the error of a result is less than twice that of the library's, whose kernel and result are rounded too.
#include "winograd.h"

#include "share.h"
#include "tiles.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace {

using simclr::PanelLanes;
using simclr::PanelRows;
using simclr::Plane;
using simclr::Positions;
using simclr::Rectified;
using simclr::TapCount;
using simclr::Tile;
using simclr::TileSide;

// Transformed tiles that are multiplied at a time: a part of a core's second-level cache.
constexpr int64_t BlockBytes = 384 << 10;

// Transformed tiles of a kernel's gradient: a part of the cache that cores share.
constexpr int64_t ChunkBytes = 1 << 20;

// Sums of a kernel's gradient: as many outputs as fit are summed at a time.
constexpr int64_t SumBytes = 4 << 20;

// Sums are read and written once for so many pairs at least.
constexpr int64_t FewestPairs = 128;

// Values between the positions of a tile beyond those it has: at a power of two they would all meet in one set of the cache.
constexpr int64_t Apart = 32;

Plane plane_of(const at::Tensor& images) {
    return {images.size(2), images.size(3), images.size(1)};
}

// All tiles of a batch, one image after the other.
struct Grid {
    int64_t down;
    int64_t across;
    int64_t count;

    explicit Grid(const at::Tensor& images)
        : down((images.size(2) + TileSide - 1) / TileSide), across((images.size(3) + TileSide - 1) / TileSide),
          count(images.size(0) * down * across) {}

    // Of images of `values` values each; no image where there is no such tile.
    Tile at(int64_t tile, const void* images, int64_t values) const {
        const int64_t image = tile / (down * across), within = tile % (down * across);
        const auto* first = static_cast<const uint16_t*>(images);
        return {tile < count ? first + image * values : nullptr, within / across * TileSide, within % across * TileSide};
    }
};

int64_t values_of(Plane plane) {
    return plane.height * plane.width * plane.channels;
}

at::Tensor buffer(int64_t count, at::ScalarType type) {
    return at::empty({count}, at::TensorOptions(type));
}

// Values of channels in the order in which those are transformed.
std::vector<float> placed(const at::Tensor& values) {
    std::vector<float> result(values.defined() ? values.numel() : 0);
    for (std::size_t i = 0; i < result.size(); i++) {
        result[i] = values.data_ptr<float>()[simclr::channel_at(static_cast<int64_t>(i))];
    }
    return result;
}

// Both directions: they differ in which of a kernel's channels are summed over, and in how its taps lie.
at::Tensor convolve(const at::Tensor& x, const simclr::Taps& taps, int64_t outputs) {
    const auto& tiles = *simclr::tiles();
    const Plane from = plane_of(x), to = {from.height, from.width, outputs};
    const Grid grid(x);
    const int64_t steps = from.channels / 2, panels = outputs / PanelLanes, position = steps * PanelLanes + Apart, panel = Positions * position;
    const at::Tensor kernels = buffer(panels * panel, at::kInt);
    auto* kernel = static_cast<uint32_t*>(kernels.data_ptr());
    simclr::share(panels, [&](int64_t i) {
        simclr::Taps own = taps;
        own.first += i * PanelLanes * taps.lane;
        tiles.kernel(own, from.channels, kernel + i * panel, position);
    });

    const at::Tensor y = at::empty({x.size(0), outputs, from.height, from.width}, x.options().memory_format(at::MemoryFormat::ChannelsLast));
    const int64_t block = std::max<int64_t>(BlockBytes / (Positions * (2 * from.channels + 4 * PanelLanes)) / PanelRows, 1) * PanelRows;
    const int64_t stride = block * from.channels + Apart, sumStride = block * PanelLanes + Apart;
    simclr::share_turns((grid.count + block - 1) / block, [&](const auto& take) {
        const at::Tensor inputs = buffer(Positions * stride, at::kBFloat16), products = buffer(Positions * sumStride, at::kFloat);
        auto* input = static_cast<uint16_t*>(inputs.data_ptr());
        auto* sums = products.data_ptr<float>();
        std::vector<Tile> written(block);
        for (int64_t i = 0; take(i);) {
            const int64_t start = i * block, count = std::min(block, grid.count - start);
            for (int64_t t = 0; t < count; t++) {
                tiles.input(from, grid.at(start + t, x.data_ptr(), values_of(from)), input + t * from.channels, stride);
                written[t] = grid.at(start + t, y.data_ptr(), values_of(to));
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
                    tiles.output(sums + t * PanelLanes, sumStride, to, const_cast<uint16_t*>(tile.image) + k * PanelLanes, tile.y, tile.x);
                }
            }
        }
    });
    return y;
}

} // namespace

bool simclr::has_winograd(const at::Tensor& x, const at::Tensor& kernel, int64_t stride, int64_t padding) {
    const bool fits = stride == 1 && padding == 1 && kernel.size(2) == 3 && kernel.size(3) == 3 && kernel.size(0) % PanelLanes == 0
        && kernel.size(1) % PanelLanes == 0;
    if (!fits || simclr::tiles() == nullptr || !x.is_cpu() || x.scalar_type() != at::kBFloat16 || kernel.scalar_type() != at::kFloat
        || !kernel.is_contiguous()) {
        return false;
    }
    // As both were timed, in 32nds of a product of 16 pairs: transforms weigh most where channels are few, tiles reach over odd sides, and few
    // images do not pay for the kernel's transform.
    const Grid grid(x);
    const int64_t inputs = kernel.size(1), outputs = kernel.size(0), products = inputs * outputs;
    const int64_t own = grid.count * (22 * products + 240 * (inputs + outputs)) + 700 * products;
    return own <= TapCount * x.size(0) * x.size(2) * x.size(3) * products;
}

at::Tensor simclr::winograd(const at::Tensor& x, const at::Tensor& kernel) {
    return convolve(x, {kernel.data_ptr<float>(), TapCount * kernel.size(1), TapCount, false}, kernel.size(0));
}

at::Tensor simclr::winograd_input_gradient(const at::Tensor& dy, const at::Tensor& kernel) {
    return convolve(dy, {kernel.data_ptr<float>(), TapCount, TapCount * kernel.size(1), true}, kernel.size(1));
}

at::Tensor simclr::winograd_kernel_gradient(
    const at::Tensor& x, const at::Tensor& a, const at::Tensor& b, const at::Tensor& dy, const at::Tensor& kernel) {
    const auto& tiles = *simclr::tiles();
    const Plane in = plane_of(x), out = plane_of(dy);
    const std::vector<float> scale = placed(a), shift = placed(b);
    const Rectified rectified{a.defined() ? scale.data() : nullptr, shift.data()};
    const Grid grid(x);

    // [inputs / 32][outputs][16][32] sums
    constexpr int64_t Row = Positions * PanelLanes;
    const int64_t outputs = std::clamp<int64_t>(SumBytes / (4 * Positions * in.channels) / PanelLanes * PanelLanes, PanelLanes, out.channels);
    const at::Tensor products = buffer(in.channels / PanelLanes * outputs * Row, at::kFloat);
    auto* sums = products.data_ptr<float>();

    const int64_t pairs = (grid.count + 1) / 2;
    const int64_t chunk = std::min(std::max<int64_t>(ChunkBytes / (4 * Positions * (in.channels + outputs)), FewestPairs), pairs);
    const int64_t panel = chunk * PanelLanes + Apart, of_inputs = in.channels / PanelLanes * panel, of_outputs = outputs / PanelLanes * panel;
    const at::Tensor inputs = buffer(Positions * of_inputs, at::kInt), gradients = buffer(Positions * of_outputs, at::kInt);
    auto* input = static_cast<uint32_t*>(inputs.data_ptr());
    auto* gradient = static_cast<uint32_t*>(gradients.data_ptr());

    const at::Tensor result = at::empty(kernel.sizes(), kernel.options());
    for (int64_t output = 0; output < out.channels; output += outputs) {
        const int64_t taken = std::min(outputs, out.channels - output), rows = taken / PanelRows, blocks = in.channels / PanelLanes * rows;
        for (int64_t start = 0; start < pairs; start += chunk) {
            const int64_t count = std::min(chunk, pairs - start);
            const bool is_laid = output > 0 && count == pairs;
            simclr::share(count, 8, [&](int64_t first, int64_t last) {
                for (int64_t pair = first; pair < last; pair++) {
                    const int64_t tile = 2 * (start + pair), at = pair * PanelLanes;
                    if (!is_laid) {
                        tiles.input_pair(in, grid.at(tile, x.data_ptr(), values_of(in)), grid.at(tile + 1, x.data_ptr(), values_of(in)),
                            rectified, {input + at, panel, of_inputs});
                    }
                    tiles.gradient_pair(out, grid.at(tile, dy.data_ptr(), values_of(out)), grid.at(tile + 1, dy.data_ptr(), values_of(out)),
                        output, taken, {gradient + at, panel, of_outputs});
                }
            });
            // Position by position: what is multiplied stays in the cache.
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
                float* taps = result.data_ptr<float>() + (k * in.channels + c) * TapCount;
                tiles.taps(sums + i * Row, PanelLanes, taps, 2 * TapCount);
                tiles.taps(sums + i * Row + PanelLanes / 2, PanelLanes, taps + TapCount, 2 * TapCount);
            }
        });
    }
    return result;
}
