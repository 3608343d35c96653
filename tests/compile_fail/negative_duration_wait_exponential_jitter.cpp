// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitExponentialJitter' was given a negative jitter, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitExponentialJitter<1s, 10s, -1s>> retrying;
