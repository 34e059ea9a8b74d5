// Decodes JPEG files with libjpeg-turbo's libjpeg interface, which can decode a region of an image; its TurboJPEG interface cannot.
#include "simclr_kernels.h"

#ifdef SIMCLR_JPEG

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>

#include <jerror.h>

namespace {

constexpr int32_t done = 0;
constexpr int32_t damaged = -1;
constexpr int32_t not_here = -2;
constexpr int channels = 3;

// One decoder per thread, because making a decoder takes longer than reading a header.
struct Decoder {
    jpeg_decompress_struct info{};
    jpeg_error_mgr errors{};
    std::jmp_buf back{};
    char message[JMSG_LENGTH_MAX] = "";

    Decoder() {
        info.err = jpeg_std_error(&errors);
        errors.error_exit = give_up;
        // Warnings count as errors, because the library reports truncated files and damaged data as warnings.
        errors.emit_message = [](j_common_ptr common, int level) {
            if (level < 0) {
                give_up(common);
            }
        };
        info.client_data = this;
        jpeg_create_decompress(&info);
    }

    ~Decoder() {
        jpeg_destroy_decompress(&info);
    }

    static void give_up(j_common_ptr common) {
        auto* self = static_cast<Decoder*>(common->client_data);
        common->err->format_message(common, self->message);
        std::longjmp(self->back, 1);
    }
};

thread_local Decoder decoder;

// Rows below the region are not decoded, so a file that is truncated there is noticed only by its missing end marker.
bool has_end() {
    const auto* next = decoder.info.src->next_input_byte;
    for (auto i = static_cast<int64_t>(decoder.info.src->bytes_in_buffer) - 2; i >= 0; i--) {
        if (next[i] == 0xff && next[i + 1] == JPEG_EOI) {
            return true;
        }
    }
    return decoder.info.unread_marker == JPEG_EOI || jpeg_input_complete(&decoder.info);
}

} // namespace

int32_t simclr_jpeg_region(const uint8_t* file, int64_t length, int32_t eighths, int32_t top, int32_t left, int32_t height, int32_t width,
    uint8_t* pixels) {
    auto& info = decoder.info;
    if (setjmp(decoder.back) != 0) {
        return damaged;
    }
    jpeg_abort_decompress(&info); // discards the state of an earlier file
    jpeg_mem_src(&info, file, static_cast<unsigned long>(length));
    jpeg_read_header(&info, TRUE);
    if (info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK) {
        return not_here;
    }
    info.out_color_space = JCS_RGB;
    info.scale_num = static_cast<unsigned>(eighths);
    info.scale_denom = 8;
    jpeg_start_decompress(&info);

    // Upsampling of subsampled colour reads neighbouring pixels, so the blocks beside the region are decoded too, to make its pixels exact.
    const auto block = static_cast<JDIMENSION>(info.max_h_samp_factor * info.min_DCT_scaled_size);
    const auto full = info.output_width;
    const auto pitch = static_cast<std::size_t>(full) * channels;
    JDIMENSION from = static_cast<JDIMENSION>(left) > block ? static_cast<JDIMENSION>(left) - block : 0;
    JDIMENSION across = std::min(full, static_cast<JDIMENSION>(left + width) + block) - from;
    if (across < full) {
        jpeg_crop_scanline(&info, &from, &across);
    }
    if (top > 0) {
        jpeg_skip_scanlines(&info, static_cast<JDIMENSION>(top));
    }
    const auto bottom = static_cast<JDIMENSION>(top + height);
    while (info.output_scanline < bottom) {
        JSAMPROW row = pixels + (info.output_scanline * pitch) + (static_cast<std::size_t>(from) * channels);
        jpeg_read_scanlines(&info, &row, 1);
    }
    if (info.output_scanline == info.output_height) {
        jpeg_finish_decompress(&info);
    } else if (!has_end()) {
        std::snprintf(decoder.message, sizeof decoder.message, "Premature end of JPEG file");
        return damaged;
    }
    return done;
}

const char* simclr_jpeg_error() {
    return decoder.message;
}

#else

int32_t simclr_jpeg_region(const uint8_t*, int64_t, int32_t, int32_t, int32_t, int32_t, int32_t, uint8_t*) {
    return -2;
}

const char* simclr_jpeg_error() {
    return "";
}

#endif
