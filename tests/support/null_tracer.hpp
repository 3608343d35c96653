// SPDX-License-Identifier: BSL-1.0
#pragma once
// A tracer whose spans keep nothing, for tests that need one and do not look at it.

#include <cstdint>
#include <string_view>

namespace grit::test {

struct NullTracer {
    struct Span {
        void set_attribute(std::string_view, std::string_view) noexcept {}
        void set_attribute(std::string_view, std::int64_t) noexcept {}
        void set_error(std::string_view) noexcept {}
        void end() noexcept {}
    };
    Span start_span(std::string_view, Span const*) { return {}; }
};

} // namespace grit::test
