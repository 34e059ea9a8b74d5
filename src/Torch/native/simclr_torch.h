// The C boundary between SimClrDsl.Torch and libtorch. Every function that can fail returns -1 (or null) and leaves its reason
// in simclr_last_error(), per thread. A tensor handle is an owned reference to a TensorImpl; null stands for "no tensor".
#pragma once

#include <cstdint>

#define SIMCLR_API extern "C" __attribute__((visibility("default")))

// The tags and the layout are mirrored in Interop/Value.cs.
enum class Tag : int32_t {
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    DoubleList = 6,
    BoolList = 7,
    TensorList = 8,
    String = 9,
    Device = 10, // type << 16 | (index & 0xffff)
    Generator = 11,
    Default = 12, // the schema's own default
};

struct Value {
    Tag tag;
    int32_t count; // elements of a list, bytes of a string
    union {
        int64_t i;
        double d;
        void* p;
    };
};
static_assert(sizeof(Value) == 16, "mirrored in C#");

// Operators
SIMCLR_API void* simclr_operator(const char* name, const char* overload);
SIMCLR_API int32_t simclr_call(void* op, const Value* args, int32_t count, Value* results, int32_t capacity);
SIMCLR_API void simclr_free_list(void* list);

// Tensors
SIMCLR_API void simclr_free(void* tensor);
SIMCLR_API void* simclr_alias(void* tensor);
SIMCLR_API int64_t simclr_live_tensors();
SIMCLR_API int64_t simclr_dim(void* tensor);
SIMCLR_API int64_t simclr_numel(void* tensor);
SIMCLR_API void simclr_sizes(void* tensor, int64_t* out);
SIMCLR_API int32_t simclr_strides(void* tensor, int64_t* out);
SIMCLR_API int32_t simclr_dtype(void* tensor);
SIMCLR_API int32_t simclr_device(void* tensor);
SIMCLR_API int32_t simclr_is_contiguous(void* tensor, int32_t memory_format);
SIMCLR_API void* simclr_data(void* tensor);
SIMCLR_API int32_t simclr_requires_grad(void* tensor);
SIMCLR_API int32_t simclr_set_requires_grad(void* tensor, int32_t value);
SIMCLR_API int32_t simclr_is_leaf(void* tensor);

// Autograd and thread-local modes
SIMCLR_API int32_t simclr_grad(void** outputs, int32_t output_count, void** inputs, int32_t input_count, void** grad_outputs,
    int32_t retain_graph, int32_t create_graph, int32_t allow_unused, void** results);
SIMCLR_API int32_t simclr_grad_mode();
SIMCLR_API void simclr_set_grad_mode(int32_t enabled);
SIMCLR_API int32_t simclr_inference_mode();
SIMCLR_API void* simclr_enter_inference_mode(int32_t enabled);
SIMCLR_API void simclr_leave_inference_mode(void* guard);
SIMCLR_API int32_t simclr_autocast(int32_t device_type, int32_t* enabled, int32_t* dtype);
SIMCLR_API int32_t simclr_set_autocast(int32_t device_type, int32_t enabled, int32_t dtype);
SIMCLR_API int32_t simclr_autocast_nesting(int32_t step);

// Units of a network on a CPU, fused. batch_norm's phase: 0 trains, 1 trains with the unbiased variance, 2 infers; results: y, next mean,
// next variance, the last two null where it infers.
SIMCLR_API int32_t simclr_batch_norm(void* x, void* skip, void* scale, void* shift, void* mean, void* variance, int32_t phase,
    double epsilon, double momentum, int32_t relu, void** results);
SIMCLR_API void* simclr_convolve(void* x, void* kernel, int64_t stride, int64_t padding);

// The two streams of a selective kernel. results: their pooled sum, and the streams as mix_streams takes them.
SIMCLR_API int32_t simclr_pool_streams(void* streams, void** results);
SIMCLR_API void* simclr_mix_streams(void* streams, void* weight);

// 3x3 of stride 2 with TensorFlow's SAME padding.
SIMCLR_API void* simclr_max_pool(void* x);

// Views of images on a CPU, each image by itself on one thread. Crops are (top, left, height, width) of each image; a result is a new tensor.
// A kernel is Keys' with its slope at distance 1, where in a pixel its centre lies, and whether taps beyond a crop count as absent (1) or as
// its edge (0). With antialiasing (1) a direction that shrinks takes the widened kernel of slope -1/2 instead. Results may leave 0 … 1.
struct CropKernel {
    double slope;
    double centre;
    int32_t absent;
    int32_t antialias;
};
SIMCLR_API void* simclr_resample(void* images, const int32_t* boxes, const uint8_t* mirrored, int64_t side, CropKernel kernel);
// The box is top, left, height and width; its edges may lie within pixels where both directions shrink with antialiasing.
SIMCLR_API int32_t simclr_resample_picture(const uint8_t* pixels, int64_t length, int64_t width, int64_t channels, const double* box,
    int32_t mirrored, int64_t side, CropKernel kernel, float* view);
// `count` operations of an image one after the other, by their numbers in view_kernels.h; the first is negative where it stays as it is.
SIMCLR_API void* simclr_distort(void* images, const int8_t* operations, const float* amounts, int64_t count);
SIMCLR_API void* simclr_grey(void* images, const uint8_t* chosen);
SIMCLR_API void* simclr_blur(void* images, const uint8_t* chosen, const float* weights, int64_t taps);

// Updates of all parameters of a tree, contiguous float32, in place. The first two have passes of their own on a CPU and are the others
// elsewhere, which take libtorch's operators over lists of tensors on any device.
struct LarsLeaf {
    double rate;
    double decay;
    int32_t adapted; // whether its rate is scaled by trust * |w| / |g|
};
SIMCLR_API int32_t simclr_lars(void** weights, void** gradients, void** velocities, const LarsLeaf* leaves, int32_t count, double momentum,
    double trust, int32_t nesterov);
SIMCLR_API int32_t simclr_average(void** averages, void** values, int32_t count, double decay);
SIMCLR_API int32_t simclr_foreach_lars(void** weights, void** gradients, void** velocities, const LarsLeaf* leaves, int32_t count,
    double momentum, double trust, int32_t nesterov);
SIMCLR_API int32_t simclr_foreach_average(void** averages, void** values, int32_t count, double decay);

// A computed value with a backward pass that computes it again. `recompute` gets inputs and the value's gradient as handles of its own
// and leaves the inputs' gradients; it returns null, or a malloc'ed reason. `release` is called with `state` at the end.
using RecomputeFunction = char* (*)(void* state, void** inputs, int32_t count, void* gradient, void** gradients);
using ReleaseFunction = void (*)(void* state);
SIMCLR_API void* simclr_recomputed(
    void* value, void** inputs, int32_t count, RecomputeFunction recompute, ReleaseFunction release, void* state);

// Random numbers
SIMCLR_API void* simclr_generator(int32_t device, uint64_t seed);
SIMCLR_API void* simclr_default_generator(int32_t device);
SIMCLR_API void simclr_free_generator(void* generator);
SIMCLR_API int32_t simclr_generator_seed(void* generator, uint64_t seed);
SIMCLR_API uint64_t simclr_generator_initial_seed(void* generator);
SIMCLR_API uint64_t simclr_generator_reseed(void* generator);
SIMCLR_API void* simclr_generator_state(void* generator);
SIMCLR_API int32_t simclr_set_generator_state(void* generator, void* state);
SIMCLR_API int32_t simclr_manual_seed(uint64_t seed);

// A region of a JPEG file, decoded at eighths/8 of its size into the rows of an image of that size, [height, width, 3], whose other pixels
// may be written too. -1: the file is damaged, simclr_jpeg_error() says how; -2: there is no decoder here for it.
SIMCLR_API int32_t simclr_jpeg_region(const uint8_t* file, int64_t length, int32_t eighths, int32_t top, int32_t left, int32_t height,
    int32_t width, uint8_t* pixels);
SIMCLR_API const char* simclr_jpeg_error();

// The process
SIMCLR_API const char* simclr_last_error();
SIMCLR_API const char* simclr_version();
SIMCLR_API int32_t simclr_threads();
SIMCLR_API int32_t simclr_set_threads(int32_t count);
SIMCLR_API int32_t simclr_deterministic();
SIMCLR_API int32_t simclr_set_deterministic(int32_t enabled, int32_t warn_only);
SIMCLR_API int32_t simclr_tf32(); // 1: products of matrices, 2: cuDNN
SIMCLR_API int32_t simclr_set_tf32(int32_t products, int32_t cudnn);
SIMCLR_API int32_t simclr_cudnn(); // 1: benchmark, 2: deterministic
SIMCLR_API int32_t simclr_set_cudnn(int32_t benchmark, int32_t deterministic);
SIMCLR_API int32_t simclr_cuda_devices();
SIMCLR_API int32_t simclr_synchronize(int32_t device);
SIMCLR_API int32_t simclr_keep_buffers();
SIMCLR_API int64_t simclr_buffer_bytes();
