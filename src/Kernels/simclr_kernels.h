// The C interface of the kernels: pure functions of plain memory, independent of any tensor library. Images are contiguous in channels-last
// order, [N, H, W, C], and float32 or bfloat16; vectors with one value per channel are float32. The caller provides the memory of every
// result. The functions do not check their arguments and cannot fail (except decoding), so the caller must check types and shapes. Sums do
// not depend on the number of threads.
#pragma once

#include <cstdint>

#define SIMCLR_API extern "C" __attribute__((visibility("default")))

// ---- threads
// -------------------------------------------------------------------------------------------------------------------------------

// The caller's thread pool. It splits [begin, end) into ranges of at least `grain`, calls body(first, last, context) for each, and returns
// when all calls are done. The kernels have no pool of their own, since two pools in a process would compete for the cores.
using Body = void (*)(int64_t first, int64_t last, void* context);
using ParallelFor = int32_t (*)(int64_t begin, int64_t end, int64_t grain, Body body, void* context);
using ThreadCount = int32_t (*)(uint32_t* count);

// Sets the pool. Must be called once, before any other function; without it everything runs on the calling thread.
SIMCLR_API void simclr_use_threads(ParallelFor parallel_for, ThreadCount count);

// The name of the instruction set in use: "avx512bf16", "avx512", "avx2" or "plain".
SIMCLR_API const char* simclr_instructions();

// Uses no better instruction set from now on than 0, "plain", or 1, "avx2", so that a test can run them where a better one is. It applies to
// one loaded library; a copy of the file is another one.
SIMCLR_API void simclr_limit_instructions(int32_t set);

// ---- release of TorchSharp's objects
// -------------------------------------------------------------------------------------------------------------------------------

// TorchSharp hands operators the address of a number or of a tensor and keeps no reference to the object that owns it, so the garbage
// collector may have it freed while an operator still reads it. The two functions of LibTorchSharp's names take the place of LibTorchSharp's
// own and free ten seconds later what C# no longer refers to.

using Release = void (*)(void* object);

// Sets LibTorchSharp's own function that frees a tensor. Must be called before the first tensor is freed.
SIMCLR_API void simclr_release_tensors(Release release);
// Says that the calling thread is the one that runs finalizers: tensors that it frees are those that no code refers to.
SIMCLR_API void simclr_finalizes();
// Frees a number (at::Scalar), always later: TorchSharp lets go of numbers at once, whoever made them.
SIMCLR_API void THSTorch_dispose_scalar(void* number);
// Frees a tensor: later on the thread that runs finalizers, at once on all others, because these were asked to by the program.
SIMCLR_API void THSTensor_dispose(void* tensor);

// ---- views of images
// -----------------------------------------------------------------------------------------------------------------------

// A bicubic resampling kernel (Keys). Results may exceed [0, 1] near edges.
struct CropKernel {
    double slope; // at distance 1
    double centre; // position of a pixel's centre relative to its left edge, in pixels
    int32_t absent; // 1: taps outside the crop are dropped and the other weights sum to one; 0: the edge pixel is repeated
    int32_t antialias; // 1: a direction that shrinks uses the widened kernel of slope -1/2 instead
};

// Crops and resizes uint8 [count, channels, height, width] to float32 [count, channels, side, side]. `boxes` has top, left, height and
// width of each image's crop; `mirrored` tells which images are flipped left to right.
SIMCLR_API void simclr_resample(const uint8_t* images, int64_t count, int64_t channels, int64_t height, int64_t width, const int32_t* boxes,
    const uint8_t* mirrored, int64_t side, CropKernel kernel, float* views);
// Crops and resizes one picture, uint8 [height, width, channels], to float32 [channels, side, side], on the calling thread. `length` is the
// number of bytes of the picture. The edges of the box may be fractions if both directions shrink with antialiasing.
SIMCLR_API void simclr_resample_picture(const uint8_t* pixels, int64_t length, int64_t width, int64_t channels, const double* box,
    int32_t mirrored, int64_t side, CropKernel kernel, float* view);
// Distorts the colours of float32 [count, channels, pixels]. Each image has `operations_of_image` operations (see ColourOperation in
// view_kernels.h), which are applied in order with their amounts. If the first is negative, the image is copied.
SIMCLR_API void simclr_distort(const float* images, int64_t count, int64_t channels, int64_t pixels, const int8_t* operations,
    const float* amounts, int64_t operations_of_image, float* to);
// Replaces the chosen images of float32 [count, 3, pixels] by their luminance in all channels, and copies the others.
SIMCLR_API void simclr_grey(const float* images, int64_t count, int64_t pixels, const uint8_t* chosen, float* to);
// Convolves the chosen images of float32 [count, channels, height, width] with the outer product of `taps` weights with themselves, and
// copies the others. Pixels outside an image are black.
SIMCLR_API void simclr_blur(const float* images, int64_t count, int64_t channels, int64_t height, int64_t width, const uint8_t* chosen,
    const float* weights, int64_t taps, float* to);

// Decodes a region of a JPEG file at eighths/8 of its size. `pixels` is a whole image of that size, [height, width, 3]; pixels outside the
// region are undefined. Returns 0 on success, -1 if the file is damaged (simclr_jpeg_error() gives the reason), and -2 if the file is not
// supported here.
SIMCLR_API int32_t simclr_jpeg_region(const uint8_t* file, int64_t length, int32_t eighths, int32_t top, int32_t left, int32_t height,
    int32_t width, uint8_t* pixels);
SIMCLR_API const char* simclr_jpeg_error();

// ---- updates of all parameters of a tree, float32, in place
// --------------------------------------------------------------------------------

struct LarsLeaf {
    double rate;
    double decay;
    int32_t adapted; // 1 if its rate is multiplied by trust * |w| / |g|, else 0
};
SIMCLR_API void simclr_lars(float* const* weights, const float* const* gradients, float* const* velocities, const int64_t* sizes,
    const LarsLeaf* leaves, int32_t count, double momentum, double trust, int32_t nesterov);
// x = decay · x + (1 − decay) · y, for each pair of an average x and values y
SIMCLR_API void simclr_average(float* const* averages, const float* const* values, const int64_t* sizes, int32_t count, double decay);

// ---- batch norm
// ----------------------------------------------------------------------------------------------------------------------------

struct NormShape {
    int64_t rows; // images · height · width
    int64_t channels;
    int32_t element; // 0: float32, 1: bfloat16; the same in all structures
};

// The mean of each channel, then the biased variance of each: [2 · channels].
SIMCLR_API void simclr_norm_moments(NormShape shape, const void* x, double* moments);
// y = relu(a · x + b + skip), where a = scale / √(variance + epsilon) and b = shift − mean · a, [channels]. Phases 0 and 1 normalise with
// the given moments, of `count` rows of this and other processes, and update the running statistics with the biased (0) or unbiased (1)
// variance; phase 2 normalises with the running statistics, and its moments are null. `skip` and `shift` may be null. Also writes a, b,
// mean and inverse_deviation [channels] and, except in phase 2, next_mean and next_variance.
SIMCLR_API void simclr_norm(NormShape shape, const void* x, const void* skip, const float* scale, const float* shift,
    const double* moments, int64_t count, const float* running_mean, const float* running_variance, int32_t phase,
    double epsilon, double momentum, int32_t relu, void* y, float* a, float* b, float* mean, float* inverse_deviation, float* next_mean,
    float* next_variance);
// Recomputes y = relu(a · x + b + skip).
SIMCLR_API void simclr_norm_again(NormShape shape, const void* x, const void* skip, const float* a, const float* b, int32_t relu, void* y);
// What the gradients need of all rows: for each channel Σ g, then for each Σ g · (x − mean), [2 · channels], over the rows where the ReLU
// was active; g is the gradient of the output. Also the gradients with respect to scale and shift. If a skip was added before a ReLU, `y`
// is the output, and the gradient with respect to the skip, which is g where the ReLU was active, is written to `masked`; else both are
// null.
SIMCLR_API void simclr_norm_sums(NormShape shape, const void* g, const void* x, const void* y, const float* a, const float* b,
    const float* mean, const float* inverse_deviation, int32_t relu, void* masked, double* sums, float* dscale, float* dshift);
// The gradient with respect to x. `sums` are those of `count` rows of this and other processes; null for phase 2. If a skip was added
// before a ReLU, g is what simclr_norm_sums wrote to `masked`, and `relu` is 0.
SIMCLR_API void simclr_norm_gradient(NormShape shape, const void* g, const void* x, const float* a, const float* b, const float* mean,
    const float* inverse_deviation, int32_t relu, const double* sums, int64_t count, void* dx);

// ---- the two streams of a selective kernel
// -------------------------------------------------------------------------------------------------

// The size of images with two streams, [N, H, W, 2 · channels], or with one, [N, H, W, channels].
struct StreamShape {
    int64_t images;
    int64_t pixels; // height · width
    int64_t channels; // of one stream
    int32_t element;
};
// mean [images, channels] = the mean over all pixels of first + second
SIMCLR_API void simclr_pool_streams(StreamShape shape, const void* streams, float* mean);
// y = second + (first − second) · weight, weight [images, channels]
SIMCLR_API void simclr_mix_streams(StreamShape shape, const void* streams, const float* weight, void* y);
// The gradient with respect to the weight, Σ g · (first − second). If a and b [2 · channels] are given, the streams are max(a · x + b, 0)
// of the given x.
SIMCLR_API void simclr_mix_gradient(StreamShape shape, const void* g, const void* streams, const float* a, const float* b, float* dweight);
// The gradient with respect to the streams, from the gradient g of their mix and the gradient dmean [images, channels] of their pooled
// mean. dmean may be null.
SIMCLR_API void simclr_split_streams(StreamShape shape, const void* g, const float* weight, const float* dmean, void* dstreams);

// ---- max-pool: 3x3 of stride 2 with TensorFlow's SAME padding
// ------------------------------------------------------------------------------

struct ImageShape {
    int64_t images;
    int64_t height;
    int64_t width;
    int64_t channels;
    int32_t element;
};
// Pools x to y [N, ⌈H / 2⌉, ⌈W / 2⌉, C]. `choices` gets one byte per value of y: the position of the maximum in its window.
SIMCLR_API void simclr_max_pool(ImageShape x_shape, const void* x, void* y, uint8_t* choices);
SIMCLR_API void simclr_max_pool_gradient(ImageShape x_shape, const void* g, const uint8_t* choices, void* dx);

// ---- convolutions
// --------------------------------------------------------------------------------------------------------------------------

// A convolution of x [N, H, W, inputs] with a contiguous float32 kernel [outputs, inputs, side, side] to y [N, H', W', outputs].
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
// Which functions support a shape and are faster than libtorch for it: the sum of
//   1  simclr_convolve, simclr_convolution_input_gradient     2  simclr_convolution_kernel_gradient
SIMCLR_API int32_t simclr_convolution_serves(ConvolutionShape shape);
SIMCLR_API void simclr_convolve(ConvolutionShape shape, const void* x, const float* kernel, void* y);
// With `add`, the gradient is added to what dx holds.
SIMCLR_API void simclr_convolution_input_gradient(
    ConvolutionShape shape, const void* dy, const float* kernel, int32_t add, void* dx);
// The gradient with respect to the kernel, float32 [outputs, inputs, side, side]. If a and b [inputs] are given, the input of the
// convolution was max(a · x + b, 0) instead of x.
SIMCLR_API void simclr_convolution_kernel_gradient(
    ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel);

// ---- the first convolution of a network in bfloat16
// ----------------------------------------------------------------------------------------

// Splits float32 images [N, C, H, W] into bfloat16 [N, H, W, 2 · C]: of each pixel the C values, rounded, and then their rounding errors.
SIMCLR_API void simclr_halves(ImageShape shape, const float* images, void* halves);
// Whether the two functions below support a shape. Its `inputs` are the channels C of the images before they were split into x, bfloat16
// [N, H, W, 2 · C].
SIMCLR_API int32_t simclr_stem_serves(ConvolutionShape shape);
// Convolves x with a float32 kernel [outputs, C, side, side] in float32, and rounds the result y [N, H', W', outputs].
SIMCLR_API void simclr_stem(ConvolutionShape shape, const void* x, const float* kernel, void* y);
// The gradient with respect to the kernel, float32 [outputs, C, side, side].
SIMCLR_API void simclr_stem_kernel_gradient(ConvolutionShape shape, const void* x, const void* dy, float* dkernel);
