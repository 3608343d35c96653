// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitExponential' was given a factor it cannot use, because it is below 1 or
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponential<1s, 60s, -2>> retrying;
