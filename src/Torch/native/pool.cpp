// The max-pool of a stem on a CPU, 3x3 of stride 2. Images are channels-last. The backward pass keeps a byte an output, which of its taps was
// the largest: neither the input, which may be padded, nor an index of eight bytes.
#include "share.h"
#include "shim.h"
#include "units.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <vector>

namespace {

using simclr::Choice;
using simclr::Share;
using torch::autograd::variable_list;

constexpr int64_t Side = 3;
constexpr int64_t Stride = 2;

// One direction with TensorFlow's SAME padding: of an even length one pixel is missing at the end, of an odd one one at both.
struct Length {
    int64_t input;

    int64_t output() const {
        return (input + 1) / Stride;
    }

    // The input's pixel under a tap, perhaps beyond the border.
    int64_t under(int64_t out, int64_t tap) const {
        return Stride * out + tap - input % 2;
    }

    // The outputs [first, last) that see a pixel.
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

    explicit Pool(at::IntArrayRef x) : images(x[0]), channels(x[1]), height{x[2]}, width{x[3]} {}

    // Calls body(image, row) for all rows of a height, shared among threads.
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

char* value_at(const at::Tensor& tensor, int64_t position) {
    return static_cast<char*>(tensor.data_ptr()) + position * static_cast<int64_t>(tensor.element_size());
}

struct MaxPoolBackward : public torch::autograd::Node {
    std::vector<int64_t> sizes; // of the input
    at::Tensor choices;

    variable_list apply(variable_list&& grads) override {
        simclr::require_once("this max-pool");
        if (!grads[0].defined()) {
            return variable_list(1);
        }
        const at::Tensor g = simclr::channels_last(grads[0]);
        const at::Tensor dx = at::empty(sizes, g.options(), at::MemoryFormat::ChannelsLast);
        const Pool pool(sizes);
        const auto& kernels = simclr::kernels(simclr::element_of(g));
        pool.each(pool.height.input, [&](int64_t image, int64_t y) {
            for (int64_t x = 0; x < pool.width.input; x++) {
                Share shares[Side * Side];
                int64_t count = 0;
                for (int64_t oy = pool.height.first(y); oy < pool.height.last(y); oy++) {
                    for (int64_t ox = pool.width.first(x); ox < pool.width.last(x); ox++) {
                        const int64_t at = pool.output_at(image, oy, ox);
                        const int64_t tap = Side * (y - pool.height.under(oy, 0)) + x - pool.width.under(ox, 0);
                        shares[count++] = {value_at(g, at), choices.data_ptr<Choice>() + at, static_cast<Choice>(tap)};
                    }
                }
                kernels.max_pool_gradient(pool.channels, shares, count, value_at(dx, pool.input_at(image, y, x)));
            }
        });
        return {dx};
    }

    void release_variables() override {
        choices = at::Tensor();
    }

    std::string name() const override {
        return "MaxPoolBackward";
    }
};

at::Tensor max_pool(const at::Tensor& x) {
    TORCH_CHECK(x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16), "takes float32 or bfloat16 on a CPU");
    TORCH_CHECK(x.dim() == 4 && x.size(2) > 0 && x.size(3) > 0, "takes [N, C, H, W]");
    simclr::NodePointer<MaxPoolBackward> node;
    if (torch::autograd::compute_requires_grad(x)) {
        node = simclr::make_node<MaxPoolBackward>();
        node->set_next_edges(torch::autograd::collect_next_edges(x));
        node->sizes = x.sizes().vec();
    }
    at::Tensor y;
    {
        const at::AutoDispatchBelowADInplaceOrView guard;
        const at::Tensor input = simclr::channels_last(x);
        const Pool pool(x.sizes());
        y = at::empty({pool.images, pool.channels, pool.height.output(), pool.width.output()}, x.options(), at::MemoryFormat::ChannelsLast);
        const at::Tensor choices = at::empty(y.sizes(), y.options().dtype(at::kByte), at::MemoryFormat::ChannelsLast);
        const auto& kernels = simclr::kernels(simclr::element_of(x));
        pool.each(pool.height.output(), [&](int64_t image, int64_t oy) {
            for (int64_t ox = 0; ox < pool.width.output(); ox++) {
                const void* taps[Side * Side];
                for (int64_t tap = 0; tap < Side * Side; tap++) {
                    const int64_t row = pool.height.under(oy, tap / Side), column = pool.width.under(ox, tap % Side);
                    const bool inside = row >= 0 && row < pool.height.input && column >= 0 && column < pool.width.input;
                    taps[tap] = inside ? value_at(input, pool.input_at(image, row, column)) : nullptr;
                }
                const int64_t at = pool.output_at(image, oy, ox);
                kernels.max_pool(pool.channels, taps, Side * Side, value_at(y, at), choices.data_ptr<Choice>() + at);
            }
        });
        if (node) {
            node->choices = choices;
        }
    }
    if (node) {
        torch::autograd::set_history(y, node);
    }
    return y;
}

} // namespace

void* simclr_max_pool(void* x) {
    try {
        return simclr::own(max_pool(simclr::borrow(x)));
    } catch (...) {
        simclr::fail("max_pool(" + simclr::describe(simclr::borrow(x)) + ")");
        return nullptr;
    }
}
