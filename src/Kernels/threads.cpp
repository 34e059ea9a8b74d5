// Access to the caller's thread pool.
#include "threads.h"

#include "simclr_kernels.h"

namespace {

ParallelFor pool = nullptr;
ThreadCount pool_threads = nullptr;

struct Call {
    void (*body)(int64_t thread, const void* context);
    const void* context;
};

// Exceptions must not cross the pool, which may be written in another language, so they end the process here.
void run(int64_t first, int64_t last, void* context) noexcept {
    const auto& call = *static_cast<const Call*>(context);
    for (int64_t thread = first; thread < last; thread++) {
        call.body(thread, call.context);
    }
}

} // namespace

int64_t simclr::thread_count() {
    uint32_t count = 0;
    return pool != nullptr && pool_threads(&count) == 0 && count > 1 ? count : 1;
}

void simclr::on_threads(int64_t count, void (*body)(int64_t thread, const void* context), const void* context) {
    Call call{body, context};
    // If the pool fails, this thread does the remaining work. Turns that have been taken are not taken again.
    if (count <= 1 || pool == nullptr || pool(0, count, 1, run, &call) != 0) {
        run(0, count, &call);
    }
}

void simclr_use_threads(ParallelFor parallel_for, ThreadCount count) {
    pool = count != nullptr ? parallel_for : nullptr;
    pool_threads = count;
}
