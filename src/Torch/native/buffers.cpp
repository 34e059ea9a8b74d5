// Where the buffers of tensors come from on a CPU. A training step makes the same buffers again and again, frees all of them, and keeps a few
// small ones among them: in a common heap those few split what is free, so that it grows by half of what a step needs, and what is handed
// back to the kernel is paid for again, page by page. Here large buffers share one stretch of addresses in which neighbours that are free
// become one, in huge pages where the kernel has them, and small ones stay in the heap.
#include "shim.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

namespace {

constexpr std::size_t Smallest = 128 << 10;
constexpr std::size_t Grain = 64;

// Between buffers, so that not all of them begin at the same place of a page: a pass over several would wait for addresses that look alike.
constexpr std::size_t Gap = 5 * Grain;

constexpr std::size_t HugePage = 2 << 20;

// One stretch of addresses, cut into buffers. The smallest free piece that is large enough serves, the lowest of equals.
class Stretch {
public:
    Stretch() {
        const auto physical = static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        const std::size_t wanted = 2 * physical + HugePage;
        void* at = mmap(nullptr, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at == MAP_FAILED) {
            return; // everything stays in the heap
        }
        const auto first = (reinterpret_cast<std::uintptr_t>(at) + HugePage - 1) / HugePage * HugePage;
        start_ = reinterpret_cast<char*>(first);
        size_ = 2 * physical;
        madvise(start_, size_, MADV_HUGEPAGE); // a wish: where it is not granted, pages are small
    }

    // Null where there is no room.
    void* take(std::size_t bytes) {
        const std::size_t size = (bytes + Grain - 1) / Grain * Grain + Gap;
        const std::lock_guard<std::mutex> lock(mutex_);
        std::size_t at;
        const auto found = by_size_.lower_bound({size, 0});
        if (found != by_size_.end()) {
            at = found->second;
            const std::size_t rest = found->first - size;
            remove(at);
            if (rest > 0) {
                add(at + size, rest);
            }
        } else {
            // The last free piece is a beginning, if it reaches the end of what is in use.
            at = top_;
            if (!by_place_.empty() && by_place_.rbegin()->first + by_place_.rbegin()->second == top_) {
                at = by_place_.rbegin()->first;
            }
            if (at + size > size_) {
                return nullptr;
            }
            if (at != top_) {
                remove(at);
            }
            top_ = at + size;
        }
        used_.emplace(at, size);
        used_bytes_ += size;
        return start_ + at;
    }

    bool has(const void* pointer) const {
        return start_ != nullptr && pointer >= start_ && pointer < start_ + size_;
    }

    void give(void* pointer) {
        const std::lock_guard<std::mutex> lock(mutex_);
        std::size_t at = static_cast<std::size_t>(static_cast<char*>(pointer) - start_);
        const auto found = used_.find(at);
        std::size_t size = found->second;
        used_.erase(found);
        used_bytes_ -= size;

        const auto next = by_place_.lower_bound(at);
        if (next != by_place_.end() && next->first == at + size) {
            size += next->second;
            remove(next->first);
        }
        const auto after = by_place_.lower_bound(at);
        if (after != by_place_.begin()) {
            const auto before = std::prev(after);
            if (before->first + before->second == at) {
                at = before->first;
                size += before->second;
                remove(at);
            }
        }
        add(at, size);
    }

    std::size_t used() {
        const std::lock_guard<std::mutex> lock(mutex_);
        return used_bytes_;
    }

private:
    void add(std::size_t at, std::size_t size) {
        by_place_.emplace(at, size);
        by_size_.emplace(size, at);
    }

    void remove(std::size_t at) {
        const auto found = by_place_.find(at);
        by_size_.erase({found->second, at});
        by_place_.erase(found);
    }

    char* start_ = nullptr;
    std::size_t size_ = 0;
    std::size_t top_ = 0;
    std::size_t used_bytes_ = 0;
    std::map<std::size_t, std::size_t> by_place_;
    std::set<std::pair<std::size_t, std::size_t>> by_size_;
    std::unordered_map<std::size_t, std::size_t> used_;
    std::mutex mutex_;
};

// Never destroyed: tensors may outlive whatever the process tears down at its end.
Stretch& stretch() {
    static Stretch* const only = new Stretch();
    return *only;
}

void release(void* pointer) {
    if (stretch().has(pointer)) {
        stretch().give(pointer);
    } else if (pointer != nullptr) {
        c10::GetDefaultCPUAllocator()->raw_deallocate(pointer);
    }
}

class Buffers final : public c10::Allocator {
public:
// Newer libtorchs allocate and copy through members that are declared otherwise.
#if SIMCLR_TORCH_AT_LEAST(2, 3)
    at::DataPtr allocate(size_t bytes) override {
        return made(bytes);
    }

    void copy_data(void* to, const void* from, std::size_t count) const override {
        default_copy_data(to, from, count);
    }
#else
    at::DataPtr allocate(size_t bytes) const override {
        return made(bytes);
    }
#endif

    at::DeleterFnPtr raw_deleter() const override {
        return &release;
    }

private:
    static at::DataPtr made(std::size_t bytes) {
        void* pointer = bytes >= Smallest ? stretch().take(bytes) : nullptr;
        if (pointer == nullptr) {
            pointer = c10::GetDefaultCPUAllocator()->raw_allocate(bytes);
        }
        return {pointer, pointer, &release, c10::Device(c10::DeviceType::CPU)};
    }
};

} // namespace

// The heap keeps what is freed too.
int32_t simclr_keep_buffers() {
    return simclr::guarded("keep_buffers", -1, [] {
        static Buffers* const buffers = new Buffers();
        c10::SetCPUAllocator(buffers);
        return mallopt(M_MMAP_MAX, 0) == 1 && mallopt(M_TRIM_THRESHOLD, -1) == 1 ? 0 : -1;
    });
}

int64_t simclr_buffer_bytes() {
    return static_cast<int64_t>(stretch().used());
}
