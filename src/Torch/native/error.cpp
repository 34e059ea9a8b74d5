// Errors: C++ exceptions become one line of text per thread.
#include "shim.h"

#include <c10/util/Exception.h>

namespace {

thread_local std::string last_error;

// libtorch's texts carry a C++ stack trace and hints over many lines; the first line with words is the reason.
std::string first_line(const std::string& text) {
    std::size_t start = 0;
    while (start < text.size()) {
        std::size_t end = text.find('\n', start);
        if (end == std::string::npos) {
            end = text.size();
        }
        const std::string line = text.substr(start, end - start);
        if (line.find_first_not_of(" \t\r") != std::string::npos) {
            constexpr std::size_t longest = 500;
            return line.size() > longest ? line.substr(0, longest) + "..." : line;
        }
        start = end + 1;
    }
    return "unknown error";
}

std::string reason() {
    try {
        throw;
    } catch (const c10::Error& error) {
        return first_line(error.what_without_backtrace());
    } catch (const std::exception& error) {
        return first_line(error.what());
    } catch (...) {
        return "an exception of an unknown type";
    }
}

} // namespace

void simclr::fail(const std::string& what) {
    last_error = what + ": " + reason();
}

const char* simclr_last_error() {
    return last_error.c_str();
}
