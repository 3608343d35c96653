// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitExponentialJitter' was given constants and run-time values together, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponentialJitter<1s, 60s>> retrying;
