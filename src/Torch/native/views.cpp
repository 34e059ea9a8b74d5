// Views of images on a CPU: which pixels they are made of, and one image a thread at a time.
#include "share.h"
#include "shim.h"
#include "view_kernels.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace {

using simclr::Beyond;
using simclr::Taps;

// Vectors of the kernels, in values.
constexpr int64_t Lanes = 16;

struct Box {
    int32_t top, left, height, width;
};

// Weight of a pixel at a distance, in pixels of the kernel.
double weight_at(double d, double slope) {
    return d < 1 ? ((slope + 2) * d - (slope + 3)) * d * d + 1 : d < 2 ? ((slope * d - 5 * slope) * d + 8 * slope) * d - 4 * slope : 0;
}

// A stretch of a line of pixels that becomes `side` pixels. It may begin and end within a pixel; it is then shrunk.
struct Span {
    int64_t first, count; // the whole pixels that it touches
    double offset, size; // where it begins in the first of them, and how long it is
    int64_t side;
    double scale; // pixels of the stretch for one of the result
    double slope, centre;
    bool absent; // whether pixels beyond the stretch count as absent; else its edge repeats
    bool widened; // whether the kernel is as wide as `scale` asks for
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

    // The first pixel and the weights that pixel `i` is made of: counted from the stretch's first pixel, and where the kernel is not widened
    // perhaps before it or beyond its end.
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

    // A pixel that the stretch holds in part counts in part.
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

// Crops and resizes images one after the other, with buffers of its own.
class Resizer {
public:
    Resizer(int64_t side, const CropKernel& kernel)
        : side_(side), padded_((side + Lanes - 1) / Lanes * Lanes), kernel_(kernel), column_(padded_) {}

    // `from` is the whole image; the box is top, left, height and width.
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
            // Beyond the side as its last column, whose values are not written.
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

void check_box(const Box& box, int64_t height, int64_t width) {
    TORCH_CHECK(box.top >= 0 && box.left >= 0 && box.height > 0 && box.width > 0 && box.top + box.height <= height
            && box.left + box.width <= width,
        "takes boxes inside the image");
}

at::Tensor resample(const at::Tensor& images, const Box* boxes, const uint8_t* mirrored, int64_t side, const CropKernel& kernel) {
    TORCH_CHECK(images.is_cpu() && images.scalar_type() == at::kByte && images.dim() == 4, "takes uint8 [N, C, H, W] on a CPU");
    TORCH_CHECK(side > 0, "takes a side of at least one pixel");
    const int64_t n = images.size(0), c = images.size(1), h = images.size(2), w = images.size(3);
    for (int64_t i = 0; i < n; i++) {
        check_box(boxes[i], h, w);
    }
    const at::Tensor pixels = images.contiguous();
    const at::Tensor views = at::empty({n, c, side, side}, images.options().dtype(at::kFloat));
    const uint8_t* from = pixels.data_ptr<uint8_t>();
    float* to = views.data_ptr<float>();
    simclr::share_turns(n, [&](const auto& take) {
        Resizer resizer(side, kernel);
        for (int64_t i = 0; take(i);) {
            const double box[] = {static_cast<double>(boxes[i].top), static_cast<double>(boxes[i].left), static_cast<double>(boxes[i].height),
                static_cast<double>(boxes[i].width)};
            resizer.run({from + i * c * h * w, from + n * c * h * w, w, h * w, c, 1, w}, h, box, mirrored[i] != 0, to + i * c * side * side);
        }
    });
    return views;
}

// float32 images and a new tensor like them, for functions of one image at a time.
struct Batch {
    at::Tensor from, to;
    int64_t channels, height, width;

    explicit Batch(const at::Tensor& images) {
        TORCH_CHECK(images.is_cpu() && images.scalar_type() == at::kFloat && images.dim() == 4, "takes float32 [N, C, H, W] on a CPU");
        from = images.detach().contiguous();
        to = at::empty(from.sizes(), from.options());
        channels = images.size(1);
        height = images.size(2);
        width = images.size(3);
    }

    // Calls body(i, values of image i, place for its new values).
    template <class Body>
    at::Tensor each(const Body& body) const {
        const float* values = from.data_ptr<float>();
        float* places = to.data_ptr<float>();
        simclr::share(from.size(0), [&](int64_t i) {
            body(i, values + i * channels * height * width, places + i * channels * height * width);
        });
        return to;
    }

    void copy(const float* image, float* place) const {
        std::memcpy(place, image, sizeof(float) * static_cast<std::size_t>(channels * height * width));
    }
};

at::Tensor distort(const at::Tensor& images, const int8_t* operations, const float* amounts, int64_t count) {
    const Batch batch(images);
    TORCH_CHECK(batch.channels == 1 || batch.channels == 3, "takes one or three channels");
    return batch.each([&](int64_t i, const float* image, float* place) {
        if (count == 0 || operations[i * count] < 0) {
            batch.copy(image, place);
        } else {
            simclr::view_kernels().distort(image, place, batch.channels, batch.height * batch.width,
                reinterpret_cast<const simclr::ColourOperation*>(operations + i * count), amounts + i * count, count);
        }
    });
}

at::Tensor grey(const at::Tensor& images, const uint8_t* chosen) {
    const Batch batch(images);
    TORCH_CHECK(batch.channels == 3, "takes three channels");
    return batch.each([&](int64_t i, const float* image, float* place) {
        if (chosen[i] != 0) {
            simclr::view_kernels().grey(image, place, batch.height * batch.width);
        } else {
            batch.copy(image, place);
        }
    });
}

at::Tensor blur(const at::Tensor& images, const uint8_t* chosen, const float* weights, int64_t taps) {
    const Batch batch(images);
    const int64_t radius = taps / 2, pixels = batch.height * batch.width;
    return batch.each([&](int64_t i, const float* image, float* place) {
        if (chosen[i] == 0) {
            batch.copy(image, place);
            return;
        }
        thread_local std::vector<float> scratch;
        scratch.resize(batch.width + 2 * radius);
        for (int64_t c = 0; c < batch.channels; c++) {
            simclr::view_kernels().blur(
                image + c * pixels, place + c * pixels, batch.height, batch.width, weights, radius, scratch.data());
        }
    });
}

template <class Body>
void* made(const char* what, void* images, const Body& body) {
    try {
        const c10::NoGradGuard guard;
        return simclr::own(body(simclr::borrow(images)));
    } catch (...) {
        simclr::fail(std::string(what) + "(" + simclr::describe(simclr::borrow(images)) + ")");
        return nullptr;
    }
}

} // namespace

void* simclr_resample(void* images, const int32_t* boxes, const uint8_t* mirrored, int64_t side, CropKernel kernel) {
    return made("resample", images,
        [&](const at::Tensor& x) { return resample(x, reinterpret_cast<const Box*>(boxes), mirrored, side, kernel); });
}

int32_t simclr_resample_picture(const uint8_t* pixels, int64_t length, int64_t width, int64_t channels, const double* box, int32_t mirrored,
    int64_t side, CropKernel kernel, float* view) {
    return simclr::guarded("resample_picture", -1, [&] {
        Resizer(side, kernel)
            .run({pixels, pixels + length, width * channels, 1, channels, channels, width}, length / (width * channels), box, mirrored != 0, view);
        return 0;
    });
}

void* simclr_distort(void* images, const int8_t* operations, const float* amounts, int64_t count) {
    return made("distort", images, [&](const at::Tensor& x) { return distort(x, operations, amounts, count); });
}

void* simclr_grey(void* images, const uint8_t* chosen) {
    return made("grey", images, [&](const at::Tensor& x) { return grey(x, chosen); });
}

void* simclr_blur(void* images, const uint8_t* chosen, const float* weights, int64_t taps) {
    return made("blur", images, [&](const at::Tensor& x) { return blur(x, chosen, weights, taps); });
}
