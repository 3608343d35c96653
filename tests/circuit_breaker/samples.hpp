// SPDX-License-Identifier: BSL-1.0
#pragma once
// Errors, results and ways to call, for the tests of the circuit breaker.

#include <stdexcept>

#include <grit/core/duration.hpp>

namespace grit::test {

struct ServerError : std::runtime_error {
    ServerError() : std::runtime_error("server error") {}
};
struct BadGateway : ServerError {};
struct NotFound : std::runtime_error {
    NotFound() : std::runtime_error("not found") {}
};

/// A value or an error, as std::expected is.
template <class E>
struct Reply {
    bool ok = true;
    E failure{};

    static Reply failed() { return {false, {}}; }
    bool has_value() const { return ok; }
    E const& error() const { return failure; }
};

template <class E, class B>
void fail_with(B& breaker) {
    try {
        breaker([] { throw E{}; });
    } catch (E const&) {
    }
}
template <class B>
void fail(B& breaker, int times = 1) {
    for (int i = 0; i < times; ++i) fail_with<ServerError>(breaker);
}
template <class B>
void succeed(B& breaker, int times = 1) {
    for (int i = 0; i < times; ++i) breaker([] {});
}
/// Returns: whether it was let through.
template <class B>
bool calls(B& breaker) {
    return breaker.try_call([] {}).has_value();
}

} // namespace grit::test
