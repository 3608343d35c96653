// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'worst_case_wait' is not a constant, because a stop has its value at run time; write
#include <grit/retry.hpp>

using namespace std::chrono_literals;

auto wait = grit::Retrying<grit::StopAfterAttempt<>, grit::WaitFixed<1s>>::worst_case_wait;
