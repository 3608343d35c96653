// SPDX-License-Identifier: BSL-1.0
#pragma once
// A query with fixed answers, for the tests of the hooks; the hooks are called as a Retrying calls them.

#include <chrono>
#include <stdexcept>
#include <string_view>

#include <grit/core/attempt.hpp>
#include <grit/core/failure.hpp>

/// The second attempt of "chat" failed after 5 s; the next one comes in 1.5 s.
struct SampleQuery {
    grit::Attempt current{2, std::chrono::seconds{1}};
    grit::Duration upcoming = std::chrono::milliseconds{1500};
    std::runtime_error error{"timed out"};

    constexpr grit::Attempt const& attempt() const { return current; }
    constexpr grit::Duration wait() const { return upcoming; }
    constexpr grit::Duration elapsed() const { return std::chrono::seconds{5}; }
    std::string_view name() const { return "chat"; }
    std::string_view policy() const { return "Retrying<StopNever>"; }
    grit::Failure failure() const { return grit::Failure::of_exception(error, grit::StopReason::attempts); }
};

/// The same without a clock and a failure: a hook that needs neither must not ask.
struct PlainQuery {
    grit::Attempt current{2};
    constexpr grit::Attempt const& attempt() const { return current; }
};
