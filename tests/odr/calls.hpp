// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both translation units do: count the calls of an operation that fails twice.

#include <grit.hpp>

#include <stdexcept>

inline int count_calls() {
    int calls = 0;
    grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<std::runtime_error>>{}([&] {
        if (++calls < 3) throw std::runtime_error("busy");
    });
    return calls;
}
