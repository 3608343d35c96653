// SPDX-License-Identifier: BSL-1.0
#pragma once
// What each translation unit offers; both use the same policies on the same types.

#include <grit.hpp>

namespace with {
int retried_results();
int retried_exceptions();
bool rejects_wrong_value();
}  // namespace with

namespace without {
int retried_results();
void make_wrong_value();
}  // namespace without

/// Says "busy" (1) to the first two calls.
struct BusyTwice {
    int& calls;
    int operator()() const { return ++calls < 3 ? 1 : 0; }
};

struct IsBusy {
    constexpr bool operator()(int result) const { return result == 1; }
};

/// Counts the calls of an operation whose result fails twice. A template, so that each translation unit has a copy of its own.
template <bool Exceptions> int count_retried_results() {
    int calls = 0;
    grit::Retrying{grit::StopAfterAttempt<5>{}, grit::RetryIfResult{IsBusy{}}}(BusyTwice{calls});
    return calls;
}
