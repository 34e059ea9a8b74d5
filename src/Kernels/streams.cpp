// The two streams of a selective kernel on a CPU: pooling and mixing take one pass each, the backward pass takes two.
#include "elements.h"
#include "memory.h"
#include "simclr_kernels.h"
#include "threads.h"

#include <algorithm>
#include <cstring>

namespace {

using simclr::at;
using simclr::Rows;

struct Streams {
    int64_t images;
    int64_t channels;
    Rows rows;
    int64_t bytes; // of one stream of one image

    explicit Streams(StreamShape shape)
        : images(shape.images), channels(shape.channels), rows{shape.pixels, channels},
          bytes(rows.count * channels * simclr::bytes_of(shape.element)) {}

    template <class Memory>
    auto both_of(Memory* x, int64_t image) const {
        return at(x, 2 * image * bytes);
    }

    template <class Memory>
    auto one_of(Memory* x, int64_t image) const {
        return at(x, image * bytes);
    }

    // The values per channel of an image.
    template <class Value>
    Value* row_of(Value* values, int64_t image) const {
        return values + image * channels;
    }

    void clear(float* values) const {
        std::memset(values, 0, sizeof(float) * static_cast<std::size_t>(images * channels));
    }

    template <class Body>
    void each(const Body& body) const {
        const int64_t grain = std::max<int64_t>(1, 64 * 1024 / std::max<int64_t>(bytes, 1));
        simclr::share(images, grain, [&](int64_t first, int64_t last) {
            for (int64_t image = first; image < last; image++) {
                body(image);
            }
        });
    }
};

} // namespace

void simclr_pool_streams(StreamShape shape, const void* streams, float* mean) {
    const Streams of(shape);
    const auto& kernels = simclr::kernels_of(shape.element);
    of.clear(mean);
    of.each([&](int64_t image) { kernels.add_streams(of.rows, of.both_of(streams, image), of.row_of(mean, image)); });
    for (int64_t i = 0; i < of.images * of.channels; i++) {
        mean[i] /= static_cast<float>(of.rows.count);
    }
}

void simclr_mix_streams(StreamShape shape, const void* streams, const float* weight, void* y) {
    const Streams of(shape);
    const auto& kernels = simclr::kernels_of(shape.element);
    of.each([&](int64_t image) {
        kernels.mix_streams(of.rows, of.both_of(streams, image), of.row_of(weight, image), of.one_of(y, image));
    });
}

void simclr_mix_gradient(StreamShape shape, const void* g, const void* streams, const float* a, const float* b, float* dweight) {
    const Streams of(shape);
    const auto& kernels = simclr::kernels_of(shape.element);
    of.clear(dweight);
    of.each([&](int64_t image) {
        kernels.mix_products(of.rows, of.one_of(g, image), of.both_of(streams, image), a, b, of.row_of(dweight, image));
    });
}

void simclr_split_streams(StreamShape shape, const void* g, const float* weight, const float* dmean, void* dstreams) {
    const Streams of(shape);
    const auto& kernels = simclr::kernels_of(shape.element);
    const simclr::Zeros<float> shared(of.images * of.channels);
    for (int64_t i = 0; i < of.images * of.channels && dmean != nullptr; i++) {
        shared.data()[i] = dmean[i] / static_cast<float>(of.rows.count);
    }
    of.each([&](int64_t image) {
        kernels.split_streams(of.rows, of.one_of(g, image), of.row_of(weight, image), of.row_of(shared.data(), image),
            of.both_of(dstreams, image));
    });
}
