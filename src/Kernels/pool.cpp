// The 3x3 max-pool of the stem with stride 2, on a CPU. The backward pass needs only one byte per output value, the position of the maximum
// in its window.
#include "elements.h"
#include "simclr_kernels.h"
#include "threads.h"

#include <algorithm>

namespace {

using simclr::Choice;
using simclr::Share;

constexpr int64_t Side = 3;
constexpr int64_t Stride = 2;

// One direction with TensorFlow's SAME padding: an even length is padded by one pixel at the end, an odd one by one pixel at both ends.
struct Length {
    int64_t input;

    int64_t output() const {
        return (input + 1) / Stride;
    }

    // The input pixel of a window position, which may be outside the image.
    int64_t under(int64_t out, int64_t tap) const {
        return Stride * out + tap - input % 2;
    }

    // The outputs [first, last) whose windows contain a pixel.
    int64_t first(int64_t in) const {
        return std::max<int64_t>(0, (in + input % 2 - Side + Stride) / Stride);
    }

    int64_t last(int64_t in) const {
        return std::min(output(), (in + input % 2) / Stride + 1);
    }
};

struct Pool {
    int64_t images, channels;
    Length height, width;
    int64_t bytes; // per value

    explicit Pool(ImageShape x)
        : images(x.images), channels(x.channels), height{x.height}, width{x.width}, bytes(simclr::bytes_of(x.element)) {}

    // Calls body(image, row) for all rows of all images, on several threads.
    template <class Body>
    void each(int64_t rows, const Body& body) const {
        simclr::share(images * rows, [&](int64_t i) { body(i / rows, i % rows); });
    }

    int64_t input_at(int64_t image, int64_t y, int64_t x) const {
        return ((image * height.input + y) * width.input + x) * channels;
    }

    int64_t output_at(int64_t image, int64_t y, int64_t x) const {
        return ((image * height.output() + y) * width.output() + x) * channels;
    }
};

} // namespace

void simclr_max_pool(ImageShape x_shape, const void* x, void* y, uint8_t* choices) {
    const Pool pool(x_shape);
    const auto& kernels = simclr::kernels_of(x_shape.element);
    pool.each(pool.height.output(), [&](int64_t image, int64_t oy) {
        for (int64_t ox = 0; ox < pool.width.output(); ox++) {
            const void* taps[Side * Side];
            for (int64_t tap = 0; tap < Side * Side; tap++) {
                const int64_t row = pool.height.under(oy, tap / Side), column = pool.width.under(ox, tap % Side);
                const bool inside = row >= 0 && row < pool.height.input && column >= 0 && column < pool.width.input;
                taps[tap] = inside ? simclr::at(x, pool.input_at(image, row, column) * pool.bytes) : nullptr;
            }
            const int64_t at = pool.output_at(image, oy, ox);
            kernels.max_pool(pool.channels, taps, Side * Side, simclr::at(y, at * pool.bytes), choices + at);
        }
    });
}

void simclr_max_pool_gradient(ImageShape x_shape, const void* g, const uint8_t* choices, void* dx) {
    const Pool pool(x_shape);
    const auto& kernels = simclr::kernels_of(x_shape.element);
    pool.each(pool.height.input, [&](int64_t image, int64_t y) {
        for (int64_t x = 0; x < pool.width.input; x++) {
            Share shares[Side * Side];
            int64_t count = 0;
            for (int64_t oy = pool.height.first(y); oy < pool.height.last(y); oy++) {
                for (int64_t ox = pool.width.first(x); ox < pool.width.last(x); ox++) {
                    const int64_t at = pool.output_at(image, oy, ox);
                    const int64_t tap = Side * (y - pool.height.under(oy, 0)) + x - pool.width.under(ox, 0);
                    shares[count++] = {simclr::at(g, at * pool.bytes), choices + at, static_cast<Choice>(tap)};
                }
            }
            kernels.max_pool_gradient(pool.channels, shares, count, simclr::at(dx, pool.input_at(image, y, x) * pool.bytes));
        }
    });
}
