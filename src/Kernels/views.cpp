// Augmentation of batches on a CPU: computes the resampling weights, and processes one image per thread at a time.
#include "simclr_kernels.h"
#include "threads.h"
#include "view_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace {

using simclr::Beyond;
using simclr::Taps;

// Number of values of a vector.
constexpr int64_t Lanes = 16;

// Keys' cubic kernel at a distance in units of the kernel.
double weight_at(double d, double slope) {
    return d < 1 ? ((slope + 2) * d - (slope + 3)) * d * d + 1 : d < 2 ? ((slope * d - 5 * slope) * d + 8 * slope) * d - 4 * slope : 0;
}

// An interval of a row or column that is resized to `side` pixels. Its ends may be fractions only if it shrinks with antialiasing.
struct Span {
    int64_t first, count; // the pixels that it covers, wholly or in part
    double offset, size; // start relative to the first of them, and length
    int64_t side;
    double scale; // source pixels per result pixel
    double slope, centre;
    bool absent; // whether taps outside the interval are dropped; else the edge pixel is repeated
    bool widened; // whether the kernel is widened by `scale` for antialiasing
    int64_t taps;

    Span(double start, double length, int64_t end, int64_t side, const CropKernel& kernel)
        : first(static_cast<int64_t>(std::floor(start))),
          count(std::min(end, static_cast<int64_t>(std::ceil(start + length))) - first), offset(start - static_cast<double>(first)), size(length),
          side(side), scale(length / static_cast<double>(side)), slope(kernel.slope), centre(kernel.centre), absent(kernel.absent != 0),
          widened(kernel.antialias != 0 && length > static_cast<double>(side)), taps(Taps) {
        if (widened) {
            // The one antialiased cubic kernel that Pillow, PyTorch and TensorFlow agree on.
            slope = -0.5;
            centre = 0.5;
            absent = true;
            taps = std::min(count, static_cast<int64_t>(std::ceil(4 * scale)));
        }
    }

    // The first source pixel, relative to the first pixel of the interval, and the weights of result pixel `i`. If the kernel is not
    // widened, taps may be before the interval or beyond its end.
    int64_t weigh(int64_t i, double* weights) const {
        const double at = (static_cast<double>(i) + centre) * size / static_cast<double>(side) - centre + offset;
        return widened ? weigh_wide(at, weights) : weigh_plain(at, weights);
    }

private:
    int64_t weigh_plain(double at, double* weights) const {
        const int64_t from = static_cast<int64_t>(std::floor(at)) - 1;
        double sum = 0;
        for (int64_t tap = 0; tap < Taps; tap++) {
            const int64_t pixel = from + tap;
            const bool beyond = absent && (pixel < 0 || pixel >= count);
            weights[tap] = beyond ? 0 : weight_at(std::abs(at - static_cast<double>(pixel)), slope);
            sum += weights[tap];
        }
        const double factor = absent ? 1 / sum : 1;
        for (int64_t tap = 0; tap < Taps; tap++) {
            weights[tap] *= factor;
        }
        return from;
    }

    // A pixel that the interval covers only in part gets that fraction of its weight.
    int64_t weigh_wide(double at, double* weights) const {
        const int64_t from = std::clamp<int64_t>(static_cast<int64_t>(std::floor(at - 2 * scale)) + 1, 0, count - taps);
        double sum = 0;
        for (int64_t tap = 0; tap < taps; tap++) {
            const double pixel = static_cast<double>(from + tap);
            const double held = std::clamp(std::min(pixel + 1, offset + size) - std::max(pixel, offset), 0.0, 1.0);
            weights[tap] = held * weight_at(std::abs(at - pixel) / scale, slope);
            sum += weights[tap];
        }
        for (int64_t tap = 0; tap < taps; tap++) {
            weights[tap] /= sum;
        }
        return from;
    }
};

// Crops and resizes images one after the other, reusing its buffers.
class Resizer {
public:
    Resizer(int64_t side, const CropKernel& kernel)
        : side_(side), padded_((side + Lanes - 1) / Lanes * Lanes), kernel_(kernel), column_(padded_) {}

    // `from` is the whole image; `box` has top, left, height and width.
    void run(simclr::Stretch from, int64_t height, const double* box, bool mirrored, float* to) {
        const Span down(box[0], box[2], height, side_, kernel_), across(box[1], box[3], from.columns, side_, kernel_);
        weights_.resize(std::max(down.taps, across.taps));
        row_.resize(down.taps * side_);
        weight_of_row_.resize(down.taps * side_);
        for (int64_t y = 0; y < side_; y++) {
            const int64_t first = down.weigh(y, weights_.data());
            for (int64_t tap = 0; tap < down.taps; tap++) {
                row_[down.taps * y + tap] = static_cast<int32_t>(std::clamp<int64_t>(first + tap, 0, down.count - 1));
                weight_of_row_[down.taps * y + tap] = static_cast<float>(weights_[tap]);
            }
        }
        weight_of_column_.resize(across.taps * padded_);
        for (int64_t x = 0; x < padded_; x++) {
            // Padding columns repeat the last column; their values are not written.
            const int64_t i = std::min(x, side_ - 1);
            column_[x] = static_cast<int32_t>(across.weigh(mirrored ? side_ - 1 - i : i, weights_.data()) + Beyond);
            for (int64_t tap = 0; tap < across.taps; tap++) {
                weight_of_column_[x + tap * padded_] = static_cast<float>(weights_[tap]);
            }
        }
        from.first += down.first * from.row + across.first * from.step;
        from.columns = across.count;
        scratch_.resize(std::max<std::size_t>(scratch_.size(), (across.count + 2 * Beyond) * from.step + 2 * Lanes));
        simclr::view_kernels().resize(from,
            {side_, padded_, down.taps, row_.data(), weight_of_row_.data(), across.taps, column_.data(), weight_of_column_.data()},
            scratch_.data(), to);
    }

private:
    int64_t side_, padded_;
    CropKernel kernel_;
    std::vector<int32_t> row_, column_;
    std::vector<float> weight_of_row_, weight_of_column_, scratch_;
    std::vector<double> weights_;
};

// The source and destination of images with the same number of values each.
struct Batch {
    const float* from;
    float* to;
    int64_t count;
    int64_t values;

    // Calls body(i, source of image i, destination of image i).
    template <class Body>
    void each(const Body& body) const {
        simclr::share(count, [&](int64_t i) { body(i, from + i * values, to + i * values); });
    }

    void copy(const float* image, float* place) const {
        std::memcpy(place, image, sizeof(float) * static_cast<std::size_t>(values));
    }
};

} // namespace

void simclr_resample(const uint8_t* images, int64_t count, int64_t channels, int64_t height, int64_t width, const int32_t* boxes,
    const uint8_t* mirrored, int64_t side, CropKernel kernel, float* views) {
    const int64_t plane = height * width, values = channels * plane;
    simclr::share_turns(count, [&](const auto& take) {
        Resizer resizer(side, kernel);
        for (int64_t i = 0; take(i);) {
            const int32_t* whole = boxes + 4 * i;
            const double box[] = {static_cast<double>(whole[0]), static_cast<double>(whole[1]), static_cast<double>(whole[2]),
                static_cast<double>(whole[3])};
            resizer.run({images + i * values, images + count * values, width, plane, channels, 1, width}, height, box, mirrored[i] != 0,
                views + i * channels * side * side);
        }
    });
}

void simclr_resample_picture(const uint8_t* pixels, int64_t length, int64_t width, int64_t channels, const double* box, int32_t mirrored,
    int64_t side, CropKernel kernel, float* view) {
    const int64_t row = width * channels;
    Resizer(side, kernel).run({pixels, pixels + length, row, 1, channels, channels, width}, length / row, box, mirrored != 0, view);
}

void simclr_distort(const float* images, int64_t count, int64_t channels, int64_t pixels, const int8_t* operations, const float* amounts,
    int64_t operations_of_image, float* to) {
    const Batch batch{images, to, count, channels * pixels};
    batch.each([&](int64_t i, const float* image, float* place) {
        const int64_t first = i * operations_of_image;
        if (operations_of_image == 0 || operations[first] < 0) {
            batch.copy(image, place);
        } else {
            simclr::view_kernels().distort(image, place, channels, pixels,
                reinterpret_cast<const simclr::ColourOperation*>(operations + first), amounts + first, operations_of_image);
        }
    });
}

void simclr_grey(const float* images, int64_t count, int64_t pixels, const uint8_t* chosen, float* to) {
    const Batch batch{images, to, count, 3 * pixels};
    batch.each([&](int64_t i, const float* image, float* place) {
        if (chosen[i] != 0) {
            simclr::view_kernels().grey(image, place, pixels);
        } else {
            batch.copy(image, place);
        }
    });
}

void simclr_blur(const float* images, int64_t count, int64_t channels, int64_t height, int64_t width, const uint8_t* chosen,
    const float* weights, int64_t taps, float* to) {
    const int64_t radius = taps / 2, pixels = height * width;
    const Batch batch{images, to, count, channels * pixels};
    batch.each([&](int64_t i, const float* image, float* place) {
        if (chosen[i] == 0) {
            batch.copy(image, place);
            return;
        }
        thread_local std::vector<float> scratch;
        scratch.resize(width + 2 * radius);
        for (int64_t c = 0; c < channels; c++) {
            simclr::view_kernels().blur(image + c * pixels, place + c * pixels, height, width, weights, radius, scratch.data());
        }
    });
}
