// Batch norm on a CPU, optionally followed by a residual add and a ReLU. Each pass reads and writes images in memory order.
#include "elements.h"
#include "simclr_kernels.h"
#include "threads.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace {

using simclr::at;
using simclr::Mask;
using simclr::Rows;

// Enough pieces to be shared evenly by any number of threads. The number is fixed, so that sums do not depend on the number of threads.
constexpr int64_t Pieces = 64;
constexpr int64_t PieceValues = 64 * 1024;

// If there are few channels, several rows are folded into one, so that a row fills the vector registers.
struct Images {
    int64_t rows;
    int64_t channels;
    int64_t fold = 1;
    int64_t bytes;

    explicit Images(NormShape shape) : rows(shape.rows), channels(shape.channels), bytes(simclr::bytes_of(shape.element)) {
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

    // Calls body(piece, offset in bytes, rows) for all rows. The last piece has the rows that do not fill a folded row.
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

    // One value per channel, repeated to the width of a folded row.
    std::vector<float> repeated(const float* values) const {
        std::vector<float> all(width());
        for (int64_t i = 0; i < width(); i++) {
            all[i] = values[i % channels];
        }
        return all;
    }
};

// Two sums per channel, kept for each piece and added in the order of the pieces.
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

// The first values of an image as float32.
std::vector<float> first_values(const void* x, int32_t element, int64_t count) {
    std::vector<float> values(count);
    for (int64_t i = 0; i < count; i++) {
        values[i] = element == simclr::BFloat16Number ? simclr::value_of(static_cast<const uint16_t*>(x)[i]) : static_cast<const float*>(x)[i];
    }
    return values;
}

void apply(NormShape shape, const void* x, const void* skip, const float* a, const float* b, bool relu, void* y) {
    const Images images(shape);
    const auto as = images.repeated(a), bs = images.repeated(b);
    const auto& kernels = simclr::kernels_of(shape.element);
    images.each([&](int64_t, int64_t offset, Rows rows) {
        kernels.apply(rows, at(x, offset), at(skip, offset), as.data(), bs.data(), relu, at(y, offset));
    });
}

} // namespace

void simclr_norm_moments(NormShape shape, const void* x, double* moments) {
    const Images images(shape);
    // The moments are computed relative to the first row. Otherwise a variance much smaller than the squared mean would be lost to
    // rounding.
    const auto centre = first_values(x, shape.element, shape.channels);
    const auto centres = images.repeated(centre.data());
    const auto& kernels = simclr::kernels_of(shape.element);
    Sums sums(images);
    images.each([&](int64_t piece, int64_t offset, Rows rows) {
        kernels.moments(rows, at(x, offset), centres.data(), sums.first_of(piece), sums.second_of(piece));
    });
    const auto sum = sums.total(sums.first), square = sums.total(sums.second);
    const double count = static_cast<double>(images.rows);
    for (int64_t c = 0; c < images.channels; c++) {
        const double offset = sum[c] / count;
        moments[c] = centre[c] + offset;
        moments[images.channels + c] = std::max(0.0, square[c] / count - offset * offset);
    }
}

void simclr_norm(NormShape shape, const void* x, const void* skip, const float* scale, const float* shift, const double* moments,
    int64_t count, const float* running_mean, const float* running_variance, int32_t phase, double epsilon, double momentum, int32_t relu,
    void* y, float* a, float* b, float* mean, float* inverse_deviation, float* next_mean, float* next_variance) {
    const int64_t channels = shape.channels;
    const double rows = static_cast<double>(count);
    for (int64_t c = 0; c < channels; c++) {
        const double centre = phase == 2 ? running_mean[c] : moments[c];
        const double spread = phase == 2 ? running_variance[c] : moments[channels + c];
        const double deviation = 1 / std::sqrt(spread + epsilon);
        const double slope = scale[c] * deviation;
        a[c] = static_cast<float>(slope);
        b[c] = static_cast<float>((shift != nullptr ? shift[c] : 0.0F) - centre * slope);
        mean[c] = static_cast<float>(centre);
        inverse_deviation[c] = static_cast<float>(deviation);
        if (phase != 2) {
            const double variance = phase == 1 ? spread * rows / (rows - 1) : spread;
            next_mean[c] = static_cast<float>((1 - momentum) * running_mean[c] + momentum * centre);
            next_variance[c] = static_cast<float>((1 - momentum) * running_variance[c] + momentum * variance);
        }
    }
    apply(shape, x, skip, a, b, relu != 0, y);
}

void simclr_norm_again(NormShape shape, const void* x, const void* skip, const float* a, const float* b, int32_t relu, void* y) {
    apply(shape, x, skip, a, b, relu != 0, y);
}

void simclr_norm_sums(NormShape shape, const void* g, const void* x, const void* y, const float* a, const float* b, const float* mean,
    const float* inverse_deviation, int32_t relu, void* masked, double* sums, float* dscale, float* dshift) {
    const Images images(shape);
    const auto as = images.repeated(a), bs = images.repeated(b), means = images.repeated(mean);
    const auto& kernels = simclr::kernels_of(shape.element);
    const Mask mask = relu == 0 ? Mask::None : y != nullptr ? Mask::Output : Mask::Input;
    Sums pieces(images);
    images.each([&](int64_t piece, int64_t offset, Rows rows) {
        kernels.gradient_sums(rows, at(g, offset), at(x, offset), mask == Mask::Output ? at(y, offset) : nullptr, as.data(), bs.data(),
            means.data(), mask, mask == Mask::Output ? at(masked, offset) : nullptr, pieces.first_of(piece), pieces.second_of(piece));
    });
    const auto sum = pieces.total(pieces.first), product = pieces.total(pieces.second);
    for (int64_t c = 0; c < images.channels; c++) {
        sums[c] = sum[c];
        sums[images.channels + c] = product[c];
        dscale[c] = static_cast<float>(product[c] * inverse_deviation[c]);
        dshift[c] = static_cast<float>(sum[c]);
    }
}

void simclr_norm_gradient(NormShape shape, const void* g, const void* x, const float* a, const float* b, const float* mean,
    const float* inverse_deviation, int32_t relu, const double* sums, int64_t count, void* dx) {
    const Images images(shape);
    const double total = static_cast<double>(count);
    std::vector<float> q(images.channels), r(images.channels);
    for (int64_t c = 0; sums != nullptr && c < images.channels; c++) {
        const double inverse = inverse_deviation[c], slope = a[c];
        q[c] = static_cast<float>(-slope * inverse * inverse * sums[images.channels + c] / total);
        r[c] = static_cast<float>(-slope * sums[c] / total);
    }
    const auto as = images.repeated(a), bs = images.repeated(b), means = images.repeated(mean);
    const auto qs = images.repeated(q.data()), rs = images.repeated(r.data());
    const auto& kernels = simclr::kernels_of(shape.element);
    images.each([&](int64_t, int64_t offset, Rows rows) {
        kernels.gradient(rows, at(g, offset), at(x, offset), as.data(), bs.data(), means.data(), qs.data(), rs.data(), relu != 0,
            at(dx, offset));
    });
}
