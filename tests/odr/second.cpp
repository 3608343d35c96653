// SPDX-License-Identifier: BSL-1.0
// The other translation unit; exits with 0 if both saw the same, and what was to be seen.

#include <grit.hpp>

#include "odr/calls.hpp"

Seen seen_in_first();
void const* policy_in_first();
std::uint64_t draw_in_first();

int main() {
    using namespace std::chrono_literals;

    Seen const seen = see();
    Seen const expected{.calls = 3,
                        .wrapped_calls = 1,
                        .configured_calls = 2,
                        .default_calls = 1,
                        .slept = {1s, 2s},
                        .lines = {"odr: attempt 1 failed: busy; next attempt in 1 s",
                                  "odr: attempt 2 failed: busy; next attempt in 2 s"},
                        .reason = grit::StopReason::attempts,
                        .worst_case = 3s};
    if (seen != expected) return 1;
    if (seen_in_first() != expected) return 2;
    if (policy_in_first() != &constant) return 3;
    return grit::ThreadRandom{}() != draw_in_first() ? 0 : 4; // one generator, not two with one state
}
