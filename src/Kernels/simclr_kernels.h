// The C boundary of the kernels: pure functions of plain memory, which know nothing of any tensor library. Images are channels-last, [N, H, W, C]
// in memory, dense, and float32 or bfloat16; what belongs to channels is float32. Every result has memory of the caller's. Functions neither
// fail nor check: whoever calls them has looked at types and shapes. Sums do not depend on the number of threads.
#pragma once

#include <cstdint>

#define SIMCLR_API extern "C" __attribute__((visibility("default")))

// ---- threads -------------------------------------------------------------------------------------------------------------------------------

// The caller's pool of threads: calls body(first, last, context) for ranges that are [begin, end) together, each of at least `grain`, and returns
// when all are done. A second pool in the process would take the first one's cores.
using Body = void (*)(int64_t first, int64_t last, void* context);
using ParallelFor = int32_t (*)(int64_t begin, int64_t end, int64_t grain, Body body, void* context);
using ThreadCount = int32_t (*)(uint32_t* count);

// Once, before anything else. Until then everything runs on the thread that calls.
SIMCLR_API void simclr_use_threads(ParallelFor parallel_for, ThreadCount count);

// The name of the instructions in use: "avx512bf16", "avx512", "avx2" or "plain".
SIMCLR_API const char* simclr_instructions();

// ---- views of images -----------------------------------------------------------------------------------------------------------------------

// A kernel is Keys' with its slope at distance 1, where in a pixel its centre lies, and whether taps beyond a crop count as absent (1) or as
// its edge (0). With antialiasing (1) a direction that shrinks takes the widened kernel of slope -1/2 instead. Results may leave 0 … 1.
struct CropKernel {
    double slope;
    double centre;
    int32_t absent;
    int32_t antialias;
};

// uint8 [count, channels, height, width] to float32 [count, channels, side, side]. Boxes are top, left, height and width of each image's crop.
SIMCLR_API void simclr_resample(const uint8_t* images, int64_t count, int64_t channels, int64_t height, int64_t width, const int32_t* boxes,
    const uint8_t* mirrored, int64_t side, CropKernel kernel, float* views);
// The same for one picture, on this thread: rows of `width` pixels, the channels of a pixel side by side, to [channels, side, side]. The box's
// edges may lie within pixels where both directions shrink with antialiasing.
SIMCLR_API void simclr_resample_picture(const uint8_t* pixels, int64_t length, int64_t width, int64_t channels, const double* box,
    int32_t mirrored, int64_t side, CropKernel kernel, float* view);
// float32 [count, channels, pixels] under `operations` of each image one after the other, by their numbers in view_kernels.h; the first is
// negative where the image stays as it is.
SIMCLR_API void simclr_distort(const float* images, int64_t count, int64_t channels, int64_t pixels, const int8_t* operations,
    const float* amounts, int64_t operations_of_image, float* to);
// float32 [count, 3, pixels]: the chosen images by their luminance, the others as they are.
SIMCLR_API void simclr_grey(const float* images, int64_t count, int64_t pixels, const uint8_t* chosen, float* to);
// float32 [count, channels, height, width]: the chosen images under the outer product of `taps` weights with itself, the others as they are.
SIMCLR_API void simclr_blur(const float* images, int64_t count, int64_t channels, int64_t height, int64_t width, const uint8_t* chosen,
    const float* weights, int64_t taps, float* to);

// A region of a JPEG file, decoded at eighths/8 of its size into the rows of an image of that size, [height, width, 3], whose other pixels
// may be written too. -1: the file is damaged, simclr_jpeg_error() says how; -2: there is no decoder here for it.
SIMCLR_API int32_t simclr_jpeg_region(const uint8_t* file, int64_t length, int32_t eighths, int32_t top, int32_t left, int32_t height,
    int32_t width, uint8_t* pixels);
SIMCLR_API const char* simclr_jpeg_error();

// ---- updates of all parameters of a tree, float32, in place --------------------------------------------------------------------------------

struct LarsLeaf {
    double rate;
    double decay;
    int32_t adapted; // whether its rate is scaled by trust * |w| / |g|
};
SIMCLR_API void simclr_lars(float* const* weights, const float* const* gradients, float* const* velocities, const int64_t* sizes,
    const LarsLeaf* leaves, int32_t count, double momentum, double trust, int32_t nesterov);
// x = decay · x + (1 − decay) · y, pair by pair
SIMCLR_API void simclr_average(float* const* averages, const float* const* values, const int64_t* sizes, int32_t count, double decay);

// ---- batch norm ----------------------------------------------------------------------------------------------------------------------------

// 0: float32, 1: bfloat16.
struct NormShape {
    int64_t rows; // images · height · width
    int64_t channels;
    int32_t element;
};

// y = relu(a · x + b + skip), where a and b [channels] hold statistics, scale and shift. phase: 0 and 1 normalise with the batch and move the
// running statistics by its biased or unbiased variance; 2 normalises with the running ones. `skip` and `shift` may be null. Written besides y:
// a, b, mean, inverse_deviation [channels], and but for phase 2 next_mean and next_variance.
SIMCLR_API void simclr_norm(NormShape shape, const void* x, const void* skip, const float* scale, const float* shift, const float* running_mean,
    const float* running_variance, int32_t phase, double epsilon, double momentum, int32_t relu, void* y, float* a, float* b, float* mean,
    float* inverse_deviation, float* next_mean, float* next_variance);
// y = relu(a · x + b) again
SIMCLR_API void simclr_norm_again(NormShape shape, const void* x, const float* a, const float* b, int32_t relu, void* y);
// What x, skip, scale and shift get of g. `y`, the output, is given where a skip was added before a ReLU, and null else. `masked` is g where the
// ReLU let something through: written, and what a skip gets, where y is given, else null. `dx` may be null where nobody wants it.
SIMCLR_API void simclr_norm_gradient(NormShape shape, const void* g, const void* x, const void* y, const float* a, const float* b,
    const float* mean, const float* inverse_deviation, int32_t relu, int32_t training, void* masked, void* dx, float* dscale, float* dshift);

// ---- the two streams of a selective kernel -------------------------------------------------------------------------------------------------

// Images of two streams, [N, H, W, 2 · channels], or of one, [N, H, W, channels].
struct StreamShape {
    int64_t images;
    int64_t pixels; // height · width
    int64_t channels; // of one stream
    int32_t element;
};
// mean [images, channels] of first + second
SIMCLR_API void simclr_pool_streams(StreamShape shape, const void* streams, float* mean);
// y = second + (first − second) · weight, weight [images, channels]
SIMCLR_API void simclr_mix_streams(StreamShape shape, const void* streams, const float* weight, void* y);
// What weight gets of g: Σ g · (first − second), the streams through max(a · x + b, 0) where a and b [2 · channels] are given.
SIMCLR_API void simclr_mix_gradient(StreamShape shape, const void* g, const void* streams, const float* a, const float* b, float* dweight);
// What the streams get: of g of their mix, and of dmean [images, channels] of their pooled mean, which may be null.
SIMCLR_API void simclr_split_streams(StreamShape shape, const void* g, const float* weight, const float* dmean, void* dstreams);

// ---- max-pool: 3x3 of stride 2 with TensorFlow's SAME padding ------------------------------------------------------------------------------

struct ImageShape {
    int64_t images;
    int64_t height;
    int64_t width;
    int64_t channels;
    int32_t element;
};
// x to y [N, ⌈H / 2⌉, ⌈W / 2⌉, C], and which of its taps was the largest, a byte a value of y.
SIMCLR_API void simclr_max_pool(ImageShape x_shape, const void* x, void* y, uint8_t* choices);
SIMCLR_API void simclr_max_pool_gradient(ImageShape x_shape, const void* g, const uint8_t* choices, void* dx);

// ---- convolutions --------------------------------------------------------------------------------------------------------------------------

// x [N, H, W, inputs] with a float32 kernel [outputs, inputs, side, side], which lies in that order, to y [N, H', W', outputs].
struct ConvolutionShape {
    int64_t images;
    int64_t height;
    int64_t width;
    int64_t inputs;
    int64_t outputs;
    int64_t side;
    int64_t stride;
    int64_t padding;
    int32_t element;
};
// What is served here, and faster than by the library, as far as types and sizes tell: a sum of
//   1  simclr_convolve, simclr_convolution_input_gradient     2  simclr_convolution_kernel_gradient
SIMCLR_API int32_t simclr_convolution_serves(ConvolutionShape shape);
SIMCLR_API void simclr_convolve(ConvolutionShape shape, const void* x, const float* kernel, void* y);
SIMCLR_API void simclr_convolution_input_gradient(ConvolutionShape shape, const void* dy, const float* kernel, void* dx);
// float32 [outputs, inputs, side, side]: what the kernel gets of dy where x was convolved, or max(a · x + b, 0) where a and b [inputs] are given.
SIMCLR_API void simclr_convolution_kernel_gradient(
    ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel);
