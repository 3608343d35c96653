// SPDX-License-Identifier: BSL-1.0
#pragma once
// How a call is broken off: std::stop_token, where the standard library has it.

#include <version>

#if defined(__cpp_lib_jthread)
#include <stop_token>

#include <grit/time/interruptible.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Ends a call when a stop is requested.
using CancelToken = std::stop_token;

/// Calls a callable when a stop is requested, for as long as it lives.
template <class F>
using CancelCallback = std::stop_callback<F>;

/// The clock and the sleep of the default policies: a requested stop ends the sleep at once.
using CallTime = InterruptibleTime;

} // namespace grit::inline GRIT_ABI::llm
#else
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI::llm {

// libc++ has no std::stop_token by default: nothing can be broken off there, and nothing else is missing.
struct CancelToken {
    static constexpr bool stop_requested() noexcept { return false; }
    static constexpr bool stop_possible() noexcept { return false; }
};

template <class F>
struct CancelCallback {
    CancelCallback(CancelToken const&, F const&) noexcept {}
};

using CallTime = SteadyTime;

} // namespace grit::inline GRIT_ABI::llm
#endif
