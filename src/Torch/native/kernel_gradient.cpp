// The library's own backward pass for kernels transposes both operands for each thread and rounds its result to bfloat16; here two images are
// laid side by side once, a piece of the batch at a time that stays in the cache, and the sums are float32 to the end.
#include "kernel_gradient.h"

#include "dots.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

namespace {

using simclr::Dots;
using simclr::InputLanes;
using simclr::Meeting;
using simclr::OutputLanes;
using simclr::PlanePair;
using simclr::Window;

// Sums that are kept apart, so that threads can share the batch; fewer where a kernel is large.
constexpr int64_t MostPieces = 16;
constexpr int64_t FewestPieces = 4;
constexpr int64_t PieceBytes = 8 << 20;
constexpr int64_t LargestKernel = 16 << 20; // bytes

// What is laid down before it is summed up: a part of a core's second-level cache.
constexpr int64_t ChunkBytes = 384 << 10;

// The sums of some image pairs, [row][outputs / 8][inputs / 16][column][8][16].
class Piece {
public:
    Piece(const at::Tensor& x, const at::Tensor& a, const at::Tensor& b, const at::Tensor& dy, int64_t side, Meeting meeting)
        : dots_(*simclr::dots()), x_(x), dy_(dy), a_(a.defined() ? a.data_ptr<float>() : nullptr),
          b_(b.defined() ? b.data_ptr<float>() : nullptr), inputs_(x.size(1)), outputs_(dy.size(1)), side_(side),
          window_{x.size(2), x.size(3), dy.size(2), dy.size(3), meeting.stride, meeting.padding} {}

    void sum(int64_t from, int64_t to, float* sums) const {
        const int64_t step = std::clamp<int64_t>(ChunkBytes / (4 * (inputs_ * input_pixels() + outputs_ * output_pixels())), 1, to - from);
        std::vector<uint32_t> input(step * inputs_ * input_pixels()), output(step * outputs_ * output_pixels());
        for (int64_t first = from; first < to; first += step) {
            const int64_t pairs = std::min(step, to - first);
            lay(first, pairs, input.data(), output.data());
            add(pairs, input.data(), output.data(), sums);
        }
    }

private:
    int64_t input_pixels() const {
        return window_.height * (window_.width + 2 * window_.padding);
    }

    int64_t output_pixels() const {
        return window_.outHeight * window_.outWidth;
    }

    static PlanePair planes(const at::Tensor& images, int64_t pair) {
        const int64_t values = images.size(1) * images.size(2) * images.size(3);
        const auto* first = static_cast<const uint16_t*>(images.data_ptr()) + 2 * pair * values;
        return {first, 2 * pair + 1 < images.size(0) ? first + values : nullptr, images.size(2), images.size(3), images.size(1)};
    }

    void lay(int64_t first, int64_t pairs, uint32_t* input, uint32_t* output) const {
        for (int64_t pair = 0; pair < pairs; pair++) {
            for (int64_t c = 0; c < inputs_; c += InputLanes) {
                dots_.pack_input(planes(x_, first + pair), c, window_.padding, a_, b_, input + (c * pairs + InputLanes * pair) * input_pixels());
            }
            for (int64_t c = 0; c < outputs_; c += OutputLanes) {
                dots_.pack_output(planes(dy_, first + pair), c, output + (c * pairs + OutputLanes * pair) * output_pixels());
            }
        }
    }

    void add(int64_t pairs, const uint32_t* input, const uint32_t* output, float* sums) const {
        for (int64_t row = 0; row < side_; row++) {
            for (int64_t o = 0; o < outputs_; o += OutputLanes) {
                for (int64_t i = 0; i < inputs_; i += InputLanes) {
                    dots_.accumulate(window_, pairs, row, side_, input + i * pairs * input_pixels(), output + o * pairs * output_pixels(), sums);
                    sums += side_ * OutputLanes * InputLanes;
                }
            }
        }
    }

    const Dots& dots_;
    const at::Tensor& x_;
    const at::Tensor& dy_;
    const float* a_;
    const float* b_;
    const int64_t inputs_;
    const int64_t outputs_;
    const int64_t side_;
    const Window window_;
};

} // namespace

bool simclr::has_kernel_gradient(const at::Tensor& x, const at::Tensor& kernel, Meeting meeting) {
    const int64_t side = kernel.size(2);
    return simclr::dots() != nullptr && x.is_cpu() && x.scalar_type() == at::kBFloat16 && kernel.size(3) == side
        && (side == 1 || side == 3) && meeting.padding <= side / 2 && kernel.size(1) % InputLanes == 0 && kernel.size(0) % OutputLanes == 0
        && kernel.numel() * 4 <= LargestKernel;
}

at::Tensor simclr::kernel_gradient(
    const at::Tensor& x, const at::Tensor& a, const at::Tensor& b, const at::Tensor& dy, const at::Tensor& kernel, Meeting meeting) {
    const int64_t outputs = kernel.size(0), inputs = kernel.size(1), side = kernel.size(2), count = kernel.numel();
    const int64_t pairs = (x.size(0) + 1) / 2;
    const int64_t pieces = std::min(pairs, std::clamp<int64_t>(PieceBytes / (4 * count), FewestPieces, MostPieces));
    const at::Tensor sums = at::zeros({pieces, count}, x.options().dtype(at::kFloat).memory_format(c10::nullopt));
    const Piece piece(x, a, b, dy, side, meeting);
    at::parallel_for(0, pieces, 1, [&](int64_t first, int64_t last) {
        for (int64_t i = first; i < last; i++) {
            piece.sum(pairs * i / pieces, pairs * (i + 1) / pieces, sums.data_ptr<float>() + i * count);
        }
    });
    return sums.sum(0)
        .view({side, outputs / OutputLanes, inputs / InputLanes, side, OutputLanes, InputLanes})
        .permute({1, 4, 2, 5, 0, 3})
        .reshape({outputs, inputs, side, side});
}
