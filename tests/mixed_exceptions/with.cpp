// SPDX-License-Identifier: BSL-1.0
// Compiled with exceptions.

#include "mixed_exceptions/calls.hpp"

#include <stdexcept>

int with::retried_results() { return count_retried_results<true>(); }

int with::retried_exceptions() {
    int calls = 0;
    grit::Retrying<grit::StopAfterAttempt<5>, grit::RetryIf<std::runtime_error>>{}([&] {
        if (++calls < 3) throw std::runtime_error("busy");
    });
    return calls;
}

bool with::rejects_wrong_value() {
    try {
        [[maybe_unused]] grit::StopAfterAttempt const never{0};
        return false;
    } catch (std::invalid_argument const&) {
        return true;
    }
}
