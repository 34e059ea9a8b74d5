// The two streams of a selective kernel on a CPU: pooled in one pass, mixed in one, and two passes back. Images are channels-last.
#include "share.h"
#include "shim.h"
#include "units.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/variable.h>

namespace {

using simclr::MixBackward;
using simclr::NormBackward;
using simclr::Rows;
using simclr::StreamsBackward;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

// Images of two streams [N, 2 · channels, H, W], or of one [N, channels, H, W].
struct Streams {
    int64_t images;
    int64_t channels;
    Rows rows;
    int64_t bytes;

    explicit Streams(const at::Tensor& both)
        : Streams(both.sizes(), static_cast<int64_t>(both.element_size())) {}

    Streams(at::IntArrayRef both, int64_t element)
        : images(both[0]), channels(both[1] / 2), rows{both[2] * both[3], channels}, bytes(rows.count * channels * element) {}

    const char* both_of(const at::Tensor& x, int64_t image) const {
        return static_cast<const char*>(x.data_ptr()) + 2 * image * bytes;
    }

    const char* one_of(const at::Tensor& x, int64_t image) const {
        return static_cast<const char*>(x.data_ptr()) + image * bytes;
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

// float32 [N, channels] of [N, channels, 1, 1].
at::Tensor flat(const at::Tensor& values) {
    return values.to(at::kFloat).reshape({values.size(0), values.size(1)}).contiguous();
}

float* row_of(const at::Tensor& values, int64_t image) {
    return values.data_ptr<float>() + image * values.size(1);
}

} // namespace

namespace simclr {

variable_list MixBackward::apply(variable_list&& grads) {
    require_once("this mix of streams");
    variable_list results(2);
    if (!grads[0].defined()) {
        return results;
    }
    const at::Tensor g = channels_last(grads[0]);
    const NormBackward* norm = streams->source.get();
    const at::Tensor x = norm != nullptr ? norm->x.unpack() : streams->streams.unpack(streams);
    const Streams of(x);
    const auto& kernels = simclr::kernels(element_of(x));
    const at::Tensor products = at::zeros({of.images, of.channels}, x.options().dtype(at::kFloat));
    of.each([&](int64_t image) {
        kernels.mix_products(of.rows, of.one_of(g, image), of.both_of(x, image), norm != nullptr ? norm->a.data_ptr<float>() : nullptr,
            norm != nullptr ? norm->b.data_ptr<float>() : nullptr, row_of(products, image));
    });
    const at::Tensor weights = weight.unpack();
    results[1] = products.to(weights.scalar_type()).reshape(weights.sizes());
    streams->mixed = g;
    streams->weight = flat(weights);
    return results;
}

void MixBackward::release_variables() {
    weight.reset_data();
    streams.reset();
}

variable_list StreamsBackward::apply(variable_list&& grads) {
    require_once("this pool of streams");
    variable_list results(1);
    const at::Tensor g = std::move(mixed), weights = std::move(weight);
    mixed = weight = at::Tensor();
    TORCH_CHECK(!grads[1].defined(), "pooled streams are for their mix alone");
    if (!g.defined() && !grads[0].defined()) {
        return results;
    }
    TORCH_CHECK(g.defined(), "streams that are pooled must be mixed");
    const Streams of(sizes, g.element_size());
    const auto& kernels = simclr::kernels(element_of(g));
    const at::Tensor shared = grads[0].defined() ? flat(grads[0]).div_(static_cast<double>(of.rows.count)) : at::zeros_like(weights);
    const at::Tensor dx = at::empty(sizes, g.options(), at::MemoryFormat::ChannelsLast);
    of.each([&](int64_t image) {
        kernels.split_streams(of.rows, of.one_of(g, image), row_of(weights, image), row_of(shared, image),
            const_cast<char*>(of.both_of(dx, image)));
    });
    results[0] = dx;
    return results;
}

void StreamsBackward::release_variables() {
    streams.reset_data();
    source.reset();
    mixed = weight = at::Tensor();
}

} // namespace simclr

namespace {

struct Pooled {
    at::Tensor mean, streams;
};

Pooled pool(const at::Tensor& x) {
    TORCH_CHECK(x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16), "takes float32 or bfloat16 on a CPU");
    TORCH_CHECK(x.dim() == 4 && x.size(1) % 2 == 0, "takes [N, 2 * channels, H, W]");
    simclr::NodePointer<StreamsBackward> node;
    if (torch::autograd::compute_requires_grad(x)) {
        node = simclr::make_node<StreamsBackward>();
        node->set_next_edges(torch::autograd::collect_next_edges(x));
        node->sizes = x.sizes().vec();
        node->source = simclr::node_of<NormBackward>(x);
        if (node->source != nullptr && (!node->source->relu || node->source->skip)) {
            node->source.reset();
        }
    }
    Pooled result;
    {
        const at::AutoDispatchBelowADInplaceOrView guard;
        const at::Tensor ordered = simclr::channels_last(x);
        const Streams of(ordered);
        const auto& kernels = simclr::kernels(simclr::element_of(x));
        const at::Tensor sums = at::zeros({of.images, of.channels}, x.options().dtype(at::kFloat));
        of.each([&](int64_t image) { kernels.add_streams(of.rows, of.both_of(ordered, image), row_of(sums, image)); });
        result.mean = sums.div_(static_cast<double>(of.rows.count)).to(x.scalar_type()).view({of.images, of.channels, 1, 1});
        result.streams = ordered.detach();
    }
    if (node) {
        torch::autograd::set_history({result.mean, result.streams}, node);
        if (node->source == nullptr) {
            node->streams = SavedVariable(result.streams, true);
        }
    }
    return result;
}

at::Tensor mix(const at::Tensor& x, const at::Tensor& weight) {
    TORCH_CHECK(weight.dim() == 4 && weight.size(0) == x.size(0) && weight.size(1) * 2 == x.size(1) && weight.numel() * 2 == x.size(0) * x.size(1),
        "takes a weight [N, channels, 1, 1]");
    simclr::NodePointer<MixBackward> node;
    if (torch::autograd::compute_requires_grad(x, weight)) {
        const auto streams = simclr::node_of<StreamsBackward>(x);
        TORCH_CHECK(streams != nullptr, "takes streams that were pooled");
        node = simclr::make_node<MixBackward>();
        node->set_next_edges(torch::autograd::collect_next_edges(x, weight));
        node->streams = streams;
        node->weight = SavedVariable(weight, false);
    }
    at::Tensor y;
    {
        const at::AutoDispatchBelowADInplaceOrView guard;
        const at::Tensor ordered = simclr::channels_last(x);
        const Streams of(ordered);
        const auto& kernels = simclr::kernels(simclr::element_of(x));
        const at::Tensor weights = flat(weight);
        y = at::empty({of.images, of.channels, x.size(2), x.size(3)}, x.options(), at::MemoryFormat::ChannelsLast);
        of.each([&](int64_t image) {
            kernels.mix_streams(of.rows, of.both_of(ordered, image), row_of(weights, image), const_cast<char*>(of.one_of(y, image)));
        });
    }
    if (node) {
        torch::autograd::set_history(y, node);
    }
    return y;
}

} // namespace

int32_t simclr_pool_streams(void* streams, void** results) {
    try {
        const auto pooled = pool(simclr::borrow(streams));
        results[0] = simclr::own(pooled.mean);
        results[1] = simclr::own(pooled.streams);
        return 0;
    } catch (...) {
        simclr::fail("pool_streams(" + simclr::describe(simclr::borrow(streams)) + ")");
        return -1;
    }
}

void* simclr_mix_streams(void* streams, void* weight) {
    try {
        return simclr::own(mix(simclr::borrow(streams), simclr::borrow(weight)));
    } catch (...) {
        simclr::fail("mix_streams(" + simclr::describe(simclr::borrow(streams)) + ", weight: " + simclr::describe(simclr::borrow(weight)) + ")");
        return nullptr;
    }
}
