// SPDX-License-Identifier: BSL-1.0
#pragma once
// FakeQuery: a failed attempt as the tests of the stops want it; it counts how often the clock was needed.

#include <grit/core/attempt.hpp>
#include <grit/core/failure.hpp>

struct FakeQuery {
    int number = 1;
    grit::Duration since_start{};
    grit::Duration next_wait{};
    grit::TimePoint time{};
    int const* failed_result = nullptr;
    bool asked_for = false;
    int* clock_uses = nullptr;
    grit::Attempt at{number};

    constexpr grit::Attempt const& attempt() const { return at; }
    constexpr grit::Duration wait() const { return next_wait; }
    constexpr grit::Duration elapsed() const {
        if (clock_uses != nullptr) ++*clock_uses;
        return since_start;
    }
    constexpr grit::TimePoint now() const { return time; }
    constexpr bool wait_was_asked_for() const { return asked_for; }
    grit::Failure failure() const { return grit::Failure::of_result(*failed_result); }
};
