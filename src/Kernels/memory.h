// Temporary memory of functions.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace simclr {

// `count` uninitialised values, aligned to a cache line.
template <class T>
class Buffer {
public:
    explicit Buffer(int64_t count)
        : first_(static_cast<T*>(std::aligned_alloc(Line, (static_cast<std::size_t>(count) * sizeof(T) / Line + 1) * Line))) {
        if (first_ == nullptr) {
            throw std::bad_alloc();
        }
    }

    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    ~Buffer() {
        std::free(first_);
    }

    T* data() const {
        return first_;
    }

private:
    static constexpr std::size_t Line = 64;

    T* first_;
};

// `count` zeros.
template <class T>
class Zeros : public Buffer<T> {
public:
    explicit Zeros(int64_t count) : Buffer<T>(count) {
        std::memset(this->data(), 0, static_cast<std::size_t>(count) * sizeof(T));
    }
};

} // namespace simclr
