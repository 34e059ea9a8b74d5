// Batch norm on a CPU, with its ReLU and with the residual add before it. Images are channels-last; each pass reads and writes them in memory
// order.
#include "units.h"

#include "kernels.h"
#include "share.h"
#include "shim.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <cmath>

namespace {

using simclr::element_of;
using simclr::Mask;
using simclr::NormBackward;
using simclr::Rows;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

// Enough pieces for any number of threads to share them evenly; their number does not depend on it, and so neither do the sums.
constexpr int64_t Pieces = 64;
constexpr int64_t PieceValues = 64 * 1024;

at::MemoryFormat format_of(const at::Tensor& tensor) {
    return tensor.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
}

at::Tensor in_order(const at::Tensor& tensor) {
    return tensor.contiguous(format_of(tensor));
}

// The rows of [N, C] or [N, C, H, W]. Few channels are taken together over several rows, so that a row fills the vector registers.
struct Images {
    int64_t rows;
    int64_t channels;
    int64_t fold = 1;
    std::size_t bytes;

    explicit Images(const at::Tensor& x) : rows(x.numel() / x.size(1)), channels(x.size(1)), bytes(x.element_size()) {
        while (fold < 16 && (channels * fold < 64 || channels * fold % 16 != 0)) {
            fold++;
        }
    }

    int64_t width() const {
        return channels * fold;
    }

    int64_t whole() const {
        return rows / fold;
    }

    int64_t pieces() const {
        return std::clamp<int64_t>(whole() * width() / PieceValues, 1, std::min(Pieces, std::max<int64_t>(whole(), 1)));
    }

    // Calls body(piece, offset in bytes, rows) over all rows; the last piece has those that do not fill a folded row.
    template <class Body>
    void each(const Body& body) const {
        const int64_t count = pieces();
        simclr::share(count, [&](int64_t piece) {
            const int64_t from = whole() * piece / count;
            body(piece, from * width() * bytes, Rows{whole() * (piece + 1) / count - from, width()});
        });
        if (rows % fold != 0) {
            body(count, whole() * width() * bytes, Rows{rows % fold, channels});
        }
    }

    // A value for each channel, repeated for a folded row.
    std::vector<float> repeated(const at::Tensor& values) const {
        const float* from = values.data_ptr<float>();
        std::vector<float> all(width());
        for (int64_t i = 0; i < width(); i++) {
            all[i] = from[i % channels];
        }
        return all;
    }
};

// Two sums for each channel, in pieces that are added in their order.
struct Sums {
    const Images& images;
    std::vector<double> first, second;

    explicit Sums(const Images& of)
        : images(of), first((of.pieces() + 1) * of.width()), second((of.pieces() + 1) * of.width()) {}

    double* first_of(int64_t piece) {
        return first.data() + piece * images.width();
    }

    double* second_of(int64_t piece) {
        return second.data() + piece * images.width();
    }

    std::vector<double> total(const std::vector<double>& pieces) const {
        std::vector<double> sums(images.channels);
        for (std::size_t row = 0; row < pieces.size(); row += images.channels) {
            for (int64_t c = 0; c < images.channels; c++) {
                sums[c] += pieces[row + c];
            }
        }
        return sums;
    }
};

const char* bytes_of(const at::Tensor& tensor) {
    return static_cast<const char*>(tensor.data_ptr());
}

char* bytes_to(const at::Tensor& tensor) {
    return static_cast<char*>(tensor.data_ptr());
}

at::Tensor channels_like(const at::Tensor& values) {
    return at::empty({values.size(0)}, values.options().dtype(at::kFloat));
}

struct Moments {
    std::vector<double> mean, variance;
};

Moments moments_of(const at::Tensor& x) {
    const Images images(x);
    // Around the first row's values: a variance much smaller than the mean's square would be lost otherwise.
    const at::Tensor centre = (x.dim() == 4 ? x.select(0, 0).select(1, 0).select(1, 0) : x.select(0, 0)).to(at::kFloat).contiguous();
    const auto centres = images.repeated(centre);
    const auto& kernels = simclr::kernels(element_of(x));
    Sums sums(images);
    images.each([&](int64_t piece, int64_t at, Rows rows) {
        kernels.moments(rows, bytes_of(x) + at, centres.data(), sums.first_of(piece), sums.second_of(piece));
    });
    Moments moments{sums.total(sums.first), sums.total(sums.second)};
    const double count = static_cast<double>(images.rows);
    for (int64_t c = 0; c < images.channels; c++) {
        const double offset = moments.mean[c] / count;
        moments.mean[c] = centre.data_ptr<float>()[c] + offset;
        moments.variance[c] = std::max(0.0, moments.variance[c] / count - offset * offset);
    }
    return moments;
}

at::Tensor applied(const at::Tensor& x, const at::Tensor& skip, const at::Tensor& a, const at::Tensor& b, bool relu) {
    const Images images(x);
    const auto as = images.repeated(a), bs = images.repeated(b);
    const auto& kernels = simclr::kernels(element_of(x));
    const at::Tensor y = at::empty_like(x, x.options(), format_of(x));
    images.each([&](int64_t, int64_t at, Rows rows) {
        kernels.apply(rows, bytes_of(x) + at, skip.defined() ? bytes_of(skip) + at : nullptr, as.data(), bs.data(), relu, bytes_to(y) + at);
    });
    return y;
}

} // namespace

namespace simclr {

Element element_of(const at::Tensor& tensor) {
    return tensor.scalar_type() == at::kFloat ? Element::Float32 : Element::BFloat16;
}

void require_once(const char* what) {
    TORCH_CHECK(!at::GradMode::is_enabled(), what, " has no second derivative");
}

at::Tensor NormBackward::again() {
    const c10::NoGradGuard guard;
    return applied(x.unpack(), at::Tensor(), a, b, relu);
}

variable_list NormBackward::apply(variable_list&& grads) {
    require_once("this batch norm");
    variable_list results(4);
    if (!grads[0].defined()) {
        return results;
    }
    const at::Tensor input = x.unpack();
    const at::Tensor output = skip && relu ? y.unpack(NodeHolding::again(this)) : at::Tensor();
    at::Tensor g = in_order(grads[0]);
    const Images images(input);
    const auto as = images.repeated(a), bs = images.repeated(b), means = images.repeated(mean);
    const auto& kernels = simclr::kernels(element_of(input));
    const Mask mask = !relu ? Mask::None : skip ? Mask::Output : Mask::Input;
    const at::Tensor masked = mask == Mask::Output ? at::empty_like(g, g.options(), format_of(g)) : at::Tensor();
    Sums sums(images);
    images.each([&](int64_t piece, int64_t at, Rows rows) {
        kernels.gradient_sums(rows, bytes_of(g) + at, bytes_of(input) + at, mask == Mask::Output ? bytes_of(output) + at : nullptr, as.data(),
            bs.data(), means.data(), mask, mask == Mask::Output ? bytes_to(masked) + at : nullptr, sums.first_of(piece),
            sums.second_of(piece));
    });
    if (mask == Mask::Output) {
        g = masked;
    }
    if (skip) {
        results[1] = g;
    }

    const auto sum = sums.total(sums.first), product = sums.total(sums.second);
    results[2] = channels_like(a);
    results[3] = channels_like(a);
    const at::Tensor q = channels_like(a), r = channels_like(a);
    for (int64_t c = 0; c < images.channels; c++) {
        const double inverse = inverse_deviation.data_ptr<float>()[c], slope = a.data_ptr<float>()[c];
        const double count = static_cast<double>(images.rows);
        results[2].data_ptr<float>()[c] = static_cast<float>(product[c] * inverse);
        results[3].data_ptr<float>()[c] = static_cast<float>(sum[c]);
        q.data_ptr<float>()[c] = training ? static_cast<float>(-slope * inverse * inverse * product[c] / count) : 0.0F;
        r.data_ptr<float>()[c] = training ? static_cast<float>(-slope * sum[c] / count) : 0.0F;
    }
    if (task_should_compute_output(0)) {
        const auto qs = images.repeated(q), rs = images.repeated(r);
        results[0] = at::empty_like(input, input.options(), format_of(input));
        images.each([&](int64_t, int64_t at, Rows rows) {
            kernels.gradient(rows, bytes_of(g) + at, bytes_of(input) + at, as.data(), bs.data(), means.data(), qs.data(), rs.data(),
                mask == Mask::Input, bytes_to(results[0]) + at);
        });
    }
    return results;
}

void NormBackward::release_variables() {
    x.reset_data();
    y.reset_data();
}

} // namespace simclr

namespace {

struct NormResult {
    at::Tensor y, mean, variance;
};

// phase: 0 and 1 normalise with the batch and move the running statistics by its biased or unbiased variance; 2 normalises with the
// running ones.
NormResult batch_norm(const at::Tensor& x, const at::Tensor& skip, const at::Tensor& scale, const at::Tensor& shift,
    const at::Tensor& running_mean, const at::Tensor& running_variance, int32_t phase, double epsilon, double momentum, bool relu) {
    using torch::autograd::compute_requires_grad;
    TORCH_CHECK(x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16), "takes float32 or bfloat16 on a CPU");
    TORCH_CHECK(x.dim() == 2 || x.dim() == 4, "takes 2 or 4 dimensions");
    TORCH_CHECK(x.is_contiguous(format_of(x)), "takes its input channels-last");
    TORCH_CHECK(!skip.defined() || (skip.sizes() == x.sizes() && skip.scalar_type() == x.scalar_type()), "takes a skip like its input");
    for (const auto& vector : {scale, shift, running_mean, running_variance}) {
        TORCH_CHECK(!vector.defined() || (vector.scalar_type() == at::kFloat && vector.is_contiguous() && vector.numel() == x.size(1)),
            "takes a float32 value for each channel");
    }

    simclr::NodePointer<NormBackward> node;
    if (compute_requires_grad(x, skip, scale, shift)) {
        node = simclr::make_node<NormBackward>();
        node->set_next_edges(torch::autograd::collect_next_edges(x, skip, scale, shift));
        node->x = SavedVariable(x, false);
        node->relu = relu;
        node->skip = skip.defined();
        node->training = phase != 2;
    }

    NormResult result;
    {
        const at::AutoDispatchBelowADInplaceOrView guard;
        const int64_t channels = x.size(1);
        const double count = static_cast<double>(x.numel() / channels);
        Moments moments;
        if (phase == 2) {
            const float *means = running_mean.data_ptr<float>(), *variances = running_variance.data_ptr<float>();
            moments = {{means, means + channels}, {variances, variances + channels}};
        } else {
            moments = moments_of(x);
            result.mean = channels_like(running_mean);
            result.variance = channels_like(running_variance);
        }
        const at::Tensor a = channels_like(scale), b = channels_like(scale), mean = channels_like(scale), inverse = channels_like(scale);
        for (int64_t c = 0; c < channels; c++) {
            const double deviation = 1 / std::sqrt(moments.variance[c] + epsilon);
            const double slope = scale.data_ptr<float>()[c] * deviation;
            a.data_ptr<float>()[c] = static_cast<float>(slope);
            b.data_ptr<float>()[c] = static_cast<float>((shift.defined() ? shift.data_ptr<float>()[c] : 0.0F) - moments.mean[c] * slope);
            mean.data_ptr<float>()[c] = static_cast<float>(moments.mean[c]);
            inverse.data_ptr<float>()[c] = static_cast<float>(deviation);
            if (phase != 2) {
                const double variance = phase == 1 ? moments.variance[c] * count / (count - 1) : moments.variance[c];
                result.mean.data_ptr<float>()[c] =
                    static_cast<float>((1 - momentum) * running_mean.data_ptr<float>()[c] + momentum * moments.mean[c]);
                result.variance.data_ptr<float>()[c] =
                    static_cast<float>((1 - momentum) * running_variance.data_ptr<float>()[c] + momentum * variance);
            }
        }
        result.y = applied(x, skip.defined() ? in_order(skip) : skip, a, b, relu);
        if (node) {
            node->a = a;
            node->b = b;
            node->mean = mean;
            node->inverse_deviation = inverse;
        }
    }
    if (node) {
        torch::autograd::set_history(result.y, node);
        if (node->skip && relu) {
            node->y = SavedVariable(result.y, true);
        }
    }
    return result;
}

} // namespace

int32_t simclr_batch_norm(void* x, void* skip, void* scale, void* shift, void* mean, void* variance, int32_t phase, double epsilon,
    double momentum, int32_t relu, void** results) {
    try {
        const auto result = batch_norm(simclr::borrow(x), simclr::borrow(skip), simclr::borrow(scale), simclr::borrow(shift),
            simclr::borrow(mean), simclr::borrow(variance), phase, epsilon, momentum, relu != 0);
        results[0] = simclr::own(result.y);
        results[1] = simclr::own(result.mean);
        results[2] = simclr::own(result.variance);
        return 0;
    } catch (...) {
        simclr::fail("batch_norm(" + simclr::describe(simclr::borrow(x)) + ", scale: " + simclr::describe(simclr::borrow(scale)) + ")");
        return -1;
    }
}
